// centroid: the mean of the foreground pixel centres of each mask. Runs on the CPU.
#pragma once

#include "base/exec.h"
#include "runs/runs.h"

namespace me::cpu {

// Writes masks.n points (x, y) to `points`; pixel (x, y) has its centre at (x + 0.5, y + 0.5).
// A mask without foreground has two NaN.
void centroid(const RunsView& masks, double* points, const Exec& exec);

}  // namespace me::cpu
