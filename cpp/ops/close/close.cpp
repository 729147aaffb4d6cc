#include "ops/close/close.h"

#include "runs/morphology.h"

namespace me::cpu {

Runs close(const RunsView& masks, const Reach& reach, bool border_set, const Exec& exec) {
  return apply_morphology({{Step::dilate, Step::erode}, 2, reach, border_set}, masks, exec);
}

std::optional<PackedMasks> close(const PackedView& masks, const Reach& reach, bool border_set,
                                 const Exec& exec) {
  return apply_morphology({{Step::dilate, Step::erode}, 2, reach, border_set}, masks, exec);
}

void close(const MaskView& masks, const MutableMaskView& out, const Reach& reach, bool border_set,
           const Exec& exec) {
  apply_morphology({{Step::dilate, Step::erode}, 2, reach, border_set}, masks, out, exec);
}

}  // namespace me::cpu
