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
    : tiles_across_(map.width / 8 + 1), tiles_((map.height / 8 + 1) * tiles_across_) {
  std::fill(tiles_.begin(), tiles_.end(), std::uint64_t{0});
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
  std::uint64_t* const tiles = tiles_.data() + y / 8 * tiles_across_;
  for (std::int64_t x = 0; x <= w; x++) {
    if (flags[x] != 0) tiles[x / 8] |= std::uint64_t{1} << (y % 8 * 8 + x % 8);
  }
}

}  // namespace me
