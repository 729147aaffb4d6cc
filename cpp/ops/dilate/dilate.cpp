#include "ops/dilate/dilate.h"

#include "runs/morphology.h"

namespace me::cpu {

Runs dilate(const RunsView& masks, const Reach& reach, const Exec& exec) {
  return apply_morphology({{Step::dilate, Step::dilate}, 1, reach, false}, masks, exec);
}

void dilate(const MaskView& masks, const MutableMaskView& out, const Reach& reach,
            const Exec& exec) {
  apply_morphology({{Step::dilate, Step::dilate}, 1, reach, false}, masks, out, exec);
}

}  // namespace me::cpu
