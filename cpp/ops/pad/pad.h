// pad: background added around each mask. Runs on the CPU.
#pragma once
#include <cstdint>
#include <optional>

#include "base/exec.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// `widths` holds top, bottom, left, right for each mask, or once for all unless `each`.
Runs pad(const RunsView& masks, const std::int64_t* widths, bool each, const Exec& exec);

// The same of bits; nothing where runs would be shorter.
std::optional<PackedMasks> pad(const PackedView& masks, const std::int64_t* widths, bool each,
                               const Exec& exec);

}  // namespace me::cpu
