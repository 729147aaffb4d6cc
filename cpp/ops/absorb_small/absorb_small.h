// absorb_small: small regions of a label map go to the label they share most of their border with.
// Runs on the CPU.
#pragma once
#include "base/exec.h"
#include "base/view.h"
#include "runs/class_limits.h"
#include "runs/region_changes.h"

namespace me::cpu {

struct AbsorbRule {
  bool corners;        // regions of pixels that touch at a corner, too
  bool to_neighbours;  // else they become background
  ClassLimits limits;  // regions with fewer pixels go
};

// Changes `maps`, which may be written to, in place.
RegionChanges absorb_small(const MutableMaskView& maps, const AbsorbRule& rule, const Exec& exec);

}  // namespace me::cpu
