// flip: each mask mirrored, left to right or upside down. Runs on the CPU.
#pragma once
#include "base/exec.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

enum class Flip { left_right, upside_down };

Runs flip(const RunsView& masks, Flip flip, const Exec& exec);
PackedMasks flip(const PackedView& masks, Flip flip, const Exec& exec);

}  // namespace me::cpu
