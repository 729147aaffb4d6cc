// rot90: each mask turned by quarter turns. Runs on the CPU.
#pragma once
#include "base/exec.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// Turns by k quarter turns counter-clockwise, k in [0, 4).
Runs rot90(const RunsView& masks, int k, const Exec& exec);
PackedMasks rot90(const PackedView& masks, int k, const Exec& exec);

}  // namespace me::cpu
