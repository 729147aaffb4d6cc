#include "ops/canvas/census.h"

#include <algorithm>

#include "base/interrupt.h"
#include "base/numbering.h"
#include "base/values.h"
#include "ops/canvas/stretches.h"

namespace me::cpu {

std::vector<LabelCount> count_labels(LabelMap& labels) {
  constexpr std::int64_t block = LabelMap::block;
  const Size size = labels.size();
  Numbering numbers;
  Buffer<std::int64_t> pixels;
  const auto count = [&](std::uint64_t label, std::int64_t begin, std::int64_t end) {
    const std::int64_t number = numbers.number_of(label);
    if (number == pixels.size()) pixels.push_back(0);
    pixels[number] += end - begin;
  };
  with_unsigned(labels.bytes(), [&](auto zero) {
    const std::int64_t columns = labels.is_tiled() ? block : std::max<std::int64_t>(size.width, 1);
    for (std::int64_t top = 0; top < size.height; top += block) {
      for (std::int64_t left = 0; left < size.width; left += columns) {
        for (std::int64_t y = top; y < std::min(top + block, size.height); y++) {
          poll(5.0 * static_cast<double>(columns));
          for_stretches<decltype(zero)>(labels, LabelMap::Access::peek, y, left,
                                        std::min(left + columns, size.width), count);
        }
      }
    }
  });
  std::vector<LabelCount> counts;
  for (std::int64_t i = 0; i < pixels.size(); i++)
    counts.push_back({numbers.values()[i], pixels[i]});
  return counts;
}

}  // namespace me::cpu
