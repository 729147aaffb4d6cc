// decode: runs -> dense masks in a caller's array of any integer type and stride. Runs on the CPU
// and on CUDA.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "base/queue.h"
#include "base/view.h"
#include "runs/device_runs.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// Writes `value` (its low bytes) at foreground pixels of out[i] and zero elsewhere. All masks have
// the size of `out`, and out.n is masks.n. Where `out` is known to be zero, most of the background
// is left alone: pages of new memory that nobody touches cost nothing.
void decode(const RunsView& masks, const MutableMaskView& out, std::uint64_t value, bool is_zero,
            const Exec& exec);

// The same of bits, for arrays whose rows or columns are in one piece; false for others.
bool decode(const PackedView& masks, const MutableMaskView& out, std::uint64_t value,
            const Exec& exec);

}  // namespace me::cpu

namespace me::cuda {

// The same in device memory; every pixel is written. Never waits.
void decode(const Queue& queue, const DeviceRunsView& masks, const MutableMaskView& out,
            std::uint64_t value);

}  // namespace me::cuda
