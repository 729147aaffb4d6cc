// decode: runs -> dense masks in a caller's array of any integer type and stride. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "base/view.h"
#include "runs/runs.h"

namespace me::cpu {

// Writes `value` (its low bytes) at foreground pixels of out[i] and zero elsewhere. All masks have
// the size of `out`, and out.n is masks.n. Where `out` is known to be zero, most of the background
// is left alone: pages of new memory that nobody touches cost nothing.
void decode(const RunsView& masks, const MutableMaskView& out, std::uint64_t value, bool is_zero,
            const Exec& exec);

}  // namespace me::cpu
