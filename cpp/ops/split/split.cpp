#include "ops/split/split.h"

#include <algorithm>

#include "runs/label_columns.h"
#include "runs/regions.h"

namespace me::cpu {
namespace {

void measure(const LabelColumns& found, std::int64_t height, std::int64_t n,
             ComponentStats& stats) {
  Buffer<Sums> sums(n);
  Buffer<bool> seen(n);
  std::fill(seen.begin(), seen.end(), false);
  std::int64_t x = 0;
  for (std::int64_t k = 0; k < found.stretches.size(); k++) {
    const Stretch& stretch = found.stretches[k];
    while (stretch.begin >= (x + 1) * height) x++;
    const auto begin = static_cast<std::uint32_t>(stretch.begin - x * height);
    const auto end = static_cast<std::uint32_t>(stretch.end - x * height);
    const std::uint32_t label = found.numbers[k];
    if (!seen[label]) {
      seen[label] = true;
      sums[label] = Sums::starting_at(begin, x);
    }
    sums[label].add_run(begin, end, x, 1, 0, 0);
  }
  stats.reserve(n, false);
  for (std::int64_t k = 0; k < n; k++) stats.add_columns(sums[k]);
}

}  // namespace

SplitMap split(const MaskView& map, bool measured) {
  const Size size{map.height, map.width};
  LabelColumns found = label_columns(item_of(map, 0));
  SplitMap out;
  out.ids = sort_labels(found, map.element);
  const std::int64_t n = out.ids.size();
  append_groups(found.stretches.data(), found.stretches.size(), found.numbers.data(), n, size,
                out.masks);
  if (measured) measure(found, size.height, n, out.stats);
  return out;
}

}  // namespace me::cpu
