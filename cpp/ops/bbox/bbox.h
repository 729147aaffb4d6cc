// bbox: the tight box around the foreground of each mask. Runs on the CPU and on CUDA.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "base/queue.h"
#include "runs/device_runs.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// Writes masks.n boxes of four values to `boxes`: left, top, right, bottom (half-open), or with
// `xywh` left, top, width, height. A mask without foreground has four zeros.
void bbox(const RunsView& masks, bool xywh, std::int64_t* boxes, const Exec& exec);
void bbox(const PackedView& masks, bool xywh, std::int64_t* boxes, const Exec& exec);

}  // namespace me::cpu

namespace me::cuda {

// The same in device memory, the sizes of the masks included. Never waits.
void bbox(const Queue& queue, const DeviceRunsView& masks, const std::int64_t* sizes, bool xywh,
          std::int64_t* boxes);

}  // namespace me::cuda
