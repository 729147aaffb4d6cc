#include "ops/split/split.h"

#include <utility>

namespace me::cpu {

LabelMasks split(const MaskView& map, bool measured, const Exec& exec) {
  return masks_of_labels(item_of(map, 0), measured, exec);
}

}  // namespace me::cpu
