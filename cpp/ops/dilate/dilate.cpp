#include "ops/dilate/dilate.h"

#include <algorithm>

#include "base/parallel.h"
#include "runs/label_growth.h"
#include "runs/morphology.h"

namespace me::cpu {

Runs dilate(const RunsView& masks, const Reach& reach, const Exec& exec) {
  return apply_morphology({{Step::dilate, Step::dilate}, 1, reach, false}, masks, exec);
}

std::optional<PackedMasks> dilate(const PackedView& masks, const Reach& reach, const Exec& exec) {
  return apply_morphology({{Step::dilate, Step::dilate}, 1, reach, false}, masks, exec);
}

void dilate(const MaskView& masks, const MutableMaskView& out, const Reach& reach,
            const Exec& exec) {
  apply_morphology({{Step::dilate, Step::dilate}, 1, reach, false}, masks, out, exec);
}

void dilate(const LabelRows& labels, const MutableMaskView& out, const Reach& reach,
            const Exec& exec) {
  if (labels.height == 0 || labels.width == 0) return;
  const std::int64_t rows = growth_rows(labels, reach);
  const std::int64_t stretches = (labels.height + rows - 1) / rows;
  for_ranges(exec, stretches, label_growth_cost(labels, reach) * double(rows),
             [&](std::int64_t first, std::int64_t last) {
               for (std::int64_t k = first; k < last; k++) {
                 grow_labels(labels, out.element, reach, k * rows,
                             std::min((k + 1) * rows, labels.height), out);
               }
             });
}

}  // namespace me::cpu
