// crop: a box cut out of each mask. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "runs/runs.h"

namespace me::cpu {

// `boxes` holds left, top, right, bottom for each mask, or once for all unless `each`. A box may
// reach outside, where all is background.
Runs crop(const RunsView& masks, const std::int64_t* boxes, bool each, const Exec& exec);

}  // namespace me::cpu
