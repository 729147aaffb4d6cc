#include "ops/erode/erode.h"

#include "runs/morphology.h"

namespace me::cpu {

Runs erode(const RunsView& masks, const Reach& reach, bool border_set, const Exec& exec) {
  return apply_morphology({{Step::erode, Step::erode}, 1, reach, border_set}, masks, exec);
}

void erode(const MaskView& masks, const MutableMaskView& out, const Reach& reach, bool border_set,
           const Exec& exec) {
  apply_morphology({{Step::erode, Step::erode}, 1, reach, border_set}, masks, out, exec);
}

}  // namespace me::cpu
