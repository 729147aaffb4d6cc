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

// out[4 * i, 4 * i + 4) is left, top, width, height of the largest one with width = aspect *
// height, in the middle of the rectangle of pixels that bounds it; of equal ones the same wins.
void largest_rectangle(const RunsView& masks, double aspect, double* out, const Exec& exec);

// The same for the largest one with its centre at (centres[2 * i], centres[2 * i + 1]); any aspect
// will do when `aspect` is 0, and of equal areas the widest wins.
void largest_rectangle(const RunsView& masks, const double* centres, double aspect, double* out,
                       const Exec& exec);

}  // namespace me::cpu
