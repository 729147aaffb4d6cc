// pad: background added around each mask. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "runs/runs.h"

namespace me::cpu {

// `widths` holds top, bottom, left, right for each mask, or once for all unless `each`.
Runs pad(const RunsView& masks, const std::int64_t* widths, bool each, const Exec& exec);

}  // namespace me::cpu
