// shift: each mask moved within its image. Runs on the CPU.
#pragma once
#include <cstdint>
#include <optional>

#include "base/exec.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// `offsets` holds dx, dy for each mask, or once for all unless `each`; the size stays, what leaves
// the image is lost.
Runs shift(const RunsView& masks, const std::int64_t* offsets, bool each, const Exec& exec);

// The same of bits; nothing where runs would be shorter.
std::optional<PackedMasks> shift(const PackedView& masks, const std::int64_t* offsets, bool each,
                                 const Exec& exec);

}  // namespace me::cpu
