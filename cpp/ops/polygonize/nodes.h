// The corners at which three or more labels meet: vertices of every ring that passes them.
#pragma once
#include <cstdint>
#include <cstring>

#include "base/buffer.h"
#include "runs/bit_scan.h"
#include "runs/row_lines.h"

namespace me {

// One bit per corner, in tiles of 8 x 8, so that what a ring passes is close in memory. Outside of
// the map counts as background: a ring runs straight through a corner only with equal pixels on its
// inner side, and on the border of the map all outer ones are outside.
//
// Most tiles have no node. Which have is told by a bit each, along rows and along columns: so few
// that they stay in the first cache, where most straight stretches of a ring are done with.
class Nodes {
 public:
  explicit Nodes(const DenseItem& map);

  // Whether there may be a node strictly between two ends of a straight stretch; an end that is one
  // counts, too.
  bool may_pass_row(std::int64_t y, std::int64_t from, std::int64_t to) const {
    return any(tile_rows_.data() + y / 8 * row_bytes_, from, to);
  }
  bool may_pass_column(std::int64_t x, std::int64_t from, std::int64_t to) const {
    return any(tile_columns_.data() + x / 8 * column_bytes_, from, to);
  }

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
  void mark_words(std::int64_t y, const std::uint64_t* words, std::int64_t n);
  void note_tiles();

  static std::uint64_t bits_from(std::int64_t n) { return ~std::uint64_t{0} << n; }

  // Whether any tile of those from one end to the other has its bit set.
  static bool any(const std::uint8_t* tile_bits, std::int64_t from, std::int64_t to) {
    const std::int64_t first = (from < to ? from : to) / 8;
    const std::int64_t more = (from < to ? to : from) / 8 - first;
    if (more > 56) return true;  // of 64 bits read from a byte on, up to 7 are before the first
    std::uint64_t bits;
    std::memcpy(&bits, tile_bits + first / 8, sizeof bits);
    return (bits >> first % 8 & ~(~std::uint64_t{1} << more)) != 0;
  }

  // eight(k) gives the corners [8 * k, 8 * k + 8) of a line.
  template <class Eight, class Found>
  static void between(Eight eight, std::int64_t from, std::int64_t to, Found found) {
    const bool forward = from < to;
    const std::int64_t begin = (forward ? from : to) + 1;
    const std::int64_t end = forward ? to : from;  // corners [begin, end)
    const std::int64_t first = begin / 8;
    const std::int64_t last = end / 8;
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

  std::int64_t tiles_across_, tiles_down_;
  std::int64_t row_bytes_, column_bytes_;  // with 8 to read beyond the last
  Buffer<std::uint64_t> tiles_;
  Buffer<std::uint8_t> tile_rows_, tile_columns_;
};

}  // namespace me
