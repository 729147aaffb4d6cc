// open: erosion, then dilation of each mask. Runs on the CPU.
#pragma once
#include <optional>

#include "base/exec.h"
#include "base/view.h"
#include "runs/footprint.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

Runs open(const RunsView& masks, const Reach& reach, bool border_set, const Exec& exec);
// The same of bits; nothing where runs are the better way.
std::optional<PackedMasks> open(const PackedView& masks, const Reach& reach, bool border_set,
                                const Exec& exec);

// Writes 1 or 0 to every pixel of `out`, which has the shape of `masks` and shares no memory.
void open(const MaskView& masks, const MutableMaskView& out, const Reach& reach, bool border_set,
          const Exec& exec);

}  // namespace me::cpu
