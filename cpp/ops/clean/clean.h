// clean: masks and label maps without small components, holes, or all but the largest. Runs
// on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "base/view.h"
#include "runs/class_limits.h"
#include "runs/region_changes.h"
#include "runs/runs.h"

namespace me::cpu {

struct CleanRule {
  enum class Kind { small, largest, holes };
  Kind kind;
  bool corners;          // components of pixels that touch at a corner, too
  bool valued;           // components of equal values
  ClassLimits limits;    // small: fewer pixels go; holes: up to so many are filled
  std::int64_t k = 1;    // largest: how many stay, of each value
  bool reported = true;  // changes have what is known of each component, otherwise counts alone
};

// Changes `masks`, which may be written to, in place.
RegionChanges clean(const MutableMaskView& masks, const CleanRule& rule, const Exec& exec);

// The masks of a batch, cleaned; labels have no meaning here.
struct CleanedMasks {
  Runs masks;
  RegionChanges changes;
};
CleanedMasks clean_masks(const RunsView& masks, const CleanRule& rule, const Exec& exec);

}  // namespace me::cpu
