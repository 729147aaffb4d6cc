// erode: each mask shrunk by a footprint. Runs on the CPU.
#pragma once
#include <optional>

#include "base/exec.h"
#include "base/view.h"
#include "runs/footprint.h"
#include "runs/label_bands.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

Runs erode(const RunsView& masks, const Reach& reach, bool border_set, const Exec& exec);
// The same of bits; nothing where runs are the better way.
std::optional<PackedMasks> erode(const PackedView& masks, const Reach& reach, bool border_set,
                                 const Exec& exec);

// Writes 1 or 0 to every pixel of `out`, which has the shape of `masks` and shares no memory.
void erode(const MaskView& masks, const MutableMaskView& out, const Reach& reach, bool border_set,
           const Exec& exec);

// Shrinks each label of a map by itself: what is not kept becomes 0. `out` has the size of the map,
// labels as wide, rows of one piece, and shares no memory with it.
void erode(const LabelRows& labels, const MutableMaskView& out, const Reach& reach, bool border_set,
           const Exec& exec);

}  // namespace me::cpu
