// area: number of foreground pixels of each mask. Runs on the CPU and on CUDA.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "base/queue.h"
#include "runs/device_runs.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// Writes masks.n values to `areas`.
void area(const RunsView& masks, std::int64_t* areas, const Exec& exec);
void area(const PackedView& masks, std::int64_t* areas, const Exec& exec);

}  // namespace me::cpu

namespace me::cuda {

// The same in device memory. Never waits.
void area(const Queue& queue, const DeviceRunsView& masks, std::int64_t* areas);

}  // namespace me::cuda
