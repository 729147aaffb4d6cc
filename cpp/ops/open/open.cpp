#include "ops/open/open.h"

#include "runs/morphology.h"

namespace me::cpu {

Runs open(const RunsView& masks, const Reach& reach, bool border_set, const Exec& exec) {
  return apply_morphology({{Step::erode, Step::dilate}, 2, reach, border_set}, masks, exec);
}

std::optional<PackedMasks> open(const PackedView& masks, const Reach& reach, bool border_set,
                                const Exec& exec) {
  return apply_morphology({{Step::erode, Step::dilate}, 2, reach, border_set}, masks, exec);
}

void open(const MaskView& masks, const MutableMaskView& out, const Reach& reach, bool border_set,
          const Exec& exec) {
  apply_morphology({{Step::erode, Step::dilate}, 2, reach, border_set}, masks, out, exec);
}

}  // namespace me::cpu
