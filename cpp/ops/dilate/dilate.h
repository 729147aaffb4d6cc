// dilate: each mask grown by a footprint. Runs on the CPU.
#pragma once
#include <optional>

#include "base/exec.h"
#include "base/view.h"
#include "runs/footprint.h"
#include "runs/label_bands.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

Runs dilate(const RunsView& masks, const Reach& reach, const Exec& exec);
// The same of bits; nothing where runs are the better way.
std::optional<PackedMasks> dilate(const PackedView& masks, const Reach& reach, const Exec& exec);

// Writes 1 or 0 to every pixel of `out`, which has the shape of `masks` and shares no memory.
void dilate(const MaskView& masks, const MutableMaskView& out, const Reach& reach,
            const Exec& exec);

// Grows each label of a map into the background; see runs/label_growth.h. `out` has the size and
// element of the map, rows of one piece, and shares no memory with it.
void dilate(const LabelRows& labels, const MutableMaskView& out, const Reach& reach,
            const Exec& exec);

}  // namespace me::cpu
