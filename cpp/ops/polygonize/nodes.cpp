#include "ops/polygonize/nodes.h"

#include <algorithm>

namespace me {
namespace {

// Of the six pairs of four pixels one is equal when three values meet, and none when four do; two
// values make two or three equal pairs.
inline bool three_meet(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return (a == b) + (a == c) + (a == d) + (b == c) + (b == d) + (c == d) <= 1;
}

}  // namespace

Nodes::Nodes(const LabelMap& map)
    : row_words_((map.width + 1 + 63) / 64),
      column_words_((map.height + 1 + 63) / 64),
      rows_((map.height + 1) * row_words_),
      columns_((map.width + 1) * column_words_) {
  std::fill(rows_.begin(), rows_.end(), std::uint64_t{0});
  std::fill(columns_.begin(), columns_.end(), std::uint64_t{0});
  if (map.width == 0 || map.height == 0) return;
  Buffer<std::uint32_t> outside(map.width);
  std::fill(outside.begin(), outside.end(), 0U);
  Buffer<std::uint8_t> flags(map.width + 1);
  for (std::int64_t y = 0; y <= map.height; y++) {
    mark_row(map, y, y > 0 ? map.row(y - 1) : outside.data(),
             y < map.height ? map.row(y) : outside.data(), flags.data());
  }
}

void Nodes::mark_row(const LabelMap& map, std::int64_t y, const std::uint32_t* up,
                     const std::uint32_t* down, std::uint8_t* flags) {
  const std::int64_t w = map.width;
  flags[0] = three_meet(0, up[0], 0, down[0]);
  for (std::int64_t x = 1; x < w; x++) {
    flags[x] = three_meet(up[x - 1], up[x], down[x - 1], down[x]);
  }
  flags[w] = three_meet(up[w - 1], 0, down[w - 1], 0);
  const std::uint64_t bit = std::uint64_t{1} << (y % 64);
  for (std::int64_t x = 0; x <= w; x++) {
    if (flags[x] == 0) continue;
    rows_[y * row_words_ + x / 64] |= std::uint64_t{1} << (x % 64);
    columns_[x * column_words_ + y / 64] |= bit;
  }
}

}  // namespace me
