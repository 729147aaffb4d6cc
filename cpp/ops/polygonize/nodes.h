// The corners at which three or more labels meet: vertices of every ring that passes them.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "ops/polygonize/label_map.h"
#include "runs/bit_scan.h"

namespace me {

// One bit per corner, in tiles of 8 x 8, so that what a ring passes is close in memory. Outside of
// the map counts as background: a ring runs straight through a corner only with equal pixels on its
// inner side, and on the border of the map all outer ones are outside.
class Nodes {
 public:
  explicit Nodes(const LabelMap& map);

  // Calls found(coordinate) for the nodes strictly between two different ends of a straight
  // stretch, in the order from the first to the second.
  template <class Found>
  void on_row(std::int64_t y, std::int64_t from, std::int64_t to, Found found) const {
    const std::uint64_t* const tiles = tiles_.data() + y / 8 * tiles_across_;
    const auto row = [&](std::int64_t k) { return tiles[k] >> (y % 8 * 8) & 0xff; };
    between(row, from, to, found);
  }
  template <class Found>
  void on_column(std::int64_t x, std::int64_t from, std::int64_t to, Found found) const {
    const std::uint64_t* const tiles = tiles_.data() + x / 8;
    const auto column = [&](std::int64_t k) {  // its bits, 8 apart, side by side
      const std::uint64_t bits = tiles[k * tiles_across_] >> (x % 8) & 0x0101010101010101;
      return bits * 0x0102040810204080 >> 56;
    };
    between(column, from, to, found);
  }

 private:
  void mark_row(const LabelMap& map, std::int64_t y, const std::uint32_t* up,
                const std::uint32_t* down, std::uint8_t* flags);

  static std::uint64_t bits_from(std::int64_t n) { return ~std::uint64_t{0} << n; }

  // eight(k) gives the corners [8 * k, 8 * k + 8) of a line.
  template <class Eight, class Found>
  static void between(Eight eight, std::int64_t from, std::int64_t to, Found found) {
    const bool forward = from < to;
    const std::int64_t begin = (forward ? from : to) + 1;
    const std::int64_t end = forward ? to : from;  // corners [begin, end)
    const std::int64_t first = begin / 8;
    const std::int64_t last = end / 8;
    if (first == last && (eight(first) & bits_from(begin % 8) & ~bits_from(end % 8)) == 0) return;
    for (std::int64_t i = 0; i <= last - first; i++) {
      const std::int64_t k = forward ? first + i : last - i;
      std::uint64_t bits = eight(k);
      if (k == first) bits &= bits_from(begin % 8);
      if (k == last) bits &= ~bits_from(end % 8);
      while (bits != 0) {
        const int bit = forward ? lowest_bit(bits) : highest_bit(bits);
        bits ^= std::uint64_t{1} << bit;
        found(8 * k + bit);
      }
    }
  }

  std::int64_t tiles_across_;
  Buffer<std::uint64_t> tiles_;
};

}  // namespace me
