#include "ops/joint/joint.h"

#include <vector>

#include "ops/joint/blocks.h"
#include "ops/joint/count_all.h"

namespace me::cpu {

JointCounts joint(const MaskView* maps, std::int64_t k, const Exec& exec) {
  Maps views(maps, maps + k);
  const std::int64_t area = views[0].n * views[0].height * views[0].width;
  if (area == 0) return {};
  straighten(views);
  const Blocks blocks(views);
  std::int64_t bytes = 0;
  std::vector<Element> elements;
  for (const MaskView& view : views) {
    bytes += element_bytes(view.element);
    elements.push_back(view.element);
  }
  const Element* of = elements.data();
  const bool many = area >= (std::int64_t{1} << 16);
  return count_by_kind(blocks, blocks.cost(k), of, k, bytes, many, exec);
}

}  // namespace me::cpu
