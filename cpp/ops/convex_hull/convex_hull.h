// convex_hull: each mask grown to the pixels in the convex hull of its pixels. Runs on the CPU.
#pragma once
#include "base/exec.h"
#include "runs/runs.h"

namespace me::cpu {

// A pixel belongs where its centre lies in the convex hull of the centres of the foreground, or on
// its edge; so the result is the smallest digitally convex set that holds the mask.
Runs convex_hull(const RunsView& masks, const Exec& exec);

// What one mask takes, about, in nanoseconds.
double convex_hull_ns(const RunsView& masks);

}  // namespace me::cpu
