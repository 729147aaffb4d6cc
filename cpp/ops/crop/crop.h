// crop: a box cut out of each mask. Runs on the CPU.
#pragma once
#include <cstdint>
#include <optional>

#include "base/exec.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// `boxes` holds left, top, right, bottom for each mask, or once for all unless `each`. A box may
// reach outside, where all is background.
Runs crop(const RunsView& masks, const std::int64_t* boxes, bool each, const Exec& exec);

// The same of bits; nothing where runs would be shorter.
std::optional<PackedMasks> crop(const PackedView& masks, const std::int64_t* boxes, bool each,
                                const Exec& exec);

}  // namespace me::cpu
