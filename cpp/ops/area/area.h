// area: number of foreground pixels of each mask. Runs on the CPU and on CUDA.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "runs/runs.h"

namespace me::cpu {

// Writes masks.n values to `areas`.
void area(const RunsView& masks, std::int64_t* areas, const Exec& exec);

}  // namespace me::cpu

namespace me::cuda {

// The same with device pointers, asynchronous on the stream.
void area(const RunsView& masks, std::int64_t* areas, Stream stream);

// The same with host pointers: copies in, computes, copies out, waits. For tests.
void area_of_host(const RunsView& masks, std::int64_t* areas);

}  // namespace me::cuda
