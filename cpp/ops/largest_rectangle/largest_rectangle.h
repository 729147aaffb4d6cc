// largest_rectangle: the largest upright rectangle inside the foreground of each mask. Runs on the
// CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "runs/runs.h"

namespace me::cpu {

// out[4 * i, 4 * i + 4) is left, top, right, bottom, half-open; zeros without foreground. Of equal
// areas the topmost wins, then the leftmost, then the narrowest.
void largest_rectangle(const RunsView& masks, std::int64_t* out, const Exec& exec);

}  // namespace me::cpu
