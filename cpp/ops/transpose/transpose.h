// transpose: rows become columns. Runs on the CPU.
#pragma once
#include "base/exec.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

Runs transpose(const RunsView& masks, const Exec& exec);
PackedMasks transpose(const PackedView& masks, const Exec& exec);

}  // namespace me::cpu
