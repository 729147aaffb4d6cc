// compose: run-length masks, one over the other -> a label map. Runs on the CPU and on
// CUDA.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "base/queue.h"
#include "base/view.h"
#include "runs/device_runs.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// Writes 0 to every pixel of the first map of the stack and then labels[i] to the pixels of mask i,
// for each i in order[0, masks.n): the last one lies on top. All masks have the size of the map.
void compose(const RunsView& masks, const std::uint64_t* labels, const std::int64_t* order,
             const MutableMaskView& map, const Exec& exec);
// False, and nothing is written, where neither rows nor columns of the map lie in one piece.
bool compose(const PackedView& masks, const std::uint64_t* labels, const std::int64_t* order,
             const MutableMaskView& map, const Exec& exec);

}  // namespace me::cpu

namespace me::cuda {

// The same in device memory. Never waits.
void compose(const Queue& queue, const DeviceRunsView& masks, const std::uint64_t* labels,
             const std::int64_t* order, const MutableMaskView& map);

}  // namespace me::cuda
