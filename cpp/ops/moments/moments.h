// moments: raw, central and normalised moments of each mask up to the third order. Runs on
// the CPU.
#pragma once

#include "base/exec.h"
#include "runs/runs.h"

namespace me::cpu {

inline constexpr int moment_count = 24;

// Writes masks.n rows of 24 values to `values`: m00 m10 m01 m20 m11 m02 m30 m21 m12 m03, then
// mu20 mu11 mu02 mu30 mu21 mu12 mu03, then the same seven as nu. Pixel (x, y) counts as the
// point (x, y). A mask without foreground has zeros.
void moments(const RunsView& masks, double* values, const Exec& exec);

}  // namespace me::cpu
