// The corners at which three or more labels meet: vertices of every ring that passes them.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "ops/polygonize/label_map.h"
#include "runs/bit_scan.h"

namespace me {

// One bit per corner, once along rows and once along columns, so that a straight stretch of either
// direction is searched 64 corners at a time. Outside of the map counts as background: a ring runs
// straight through a corner only with equal pixels on its inner side, and on the border of the map
// all outer ones are outside.
class Nodes {
 public:
  explicit Nodes(const LabelMap& map);

  // Calls found(coordinate) for the nodes strictly between two ends of a straight stretch, in the
  // order from the first to the second.
  template <class Found>
  void on_row(std::int64_t y, std::int64_t from, std::int64_t to, Found found) const {
    between(rows_.data() + y * row_words_, from, to, found);
  }
  template <class Found>
  void on_column(std::int64_t x, std::int64_t from, std::int64_t to, Found found) const {
    between(columns_.data() + x * column_words_, from, to, found);
  }

 private:
  void mark_row(const LabelMap& map, std::int64_t y, const std::uint32_t* up,
                const std::uint32_t* down, std::uint8_t* flags);

  static std::uint64_t bits_from(std::int64_t n) { return ~std::uint64_t{0} << n; }

  template <class Found>
  static void between(const std::uint64_t* line, std::int64_t from, std::int64_t to, Found found) {
    const bool forward = from < to;
    const std::int64_t begin = (forward ? from : to) + 1;
    const std::int64_t end = forward ? to : from;  // corners [begin, end)
    if (begin >= end) return;
    const std::int64_t first = begin / 64;
    const std::int64_t last = (end - 1) / 64;
    for (std::int64_t k = 0; k <= last - first; k++) {
      const std::int64_t w = forward ? first + k : last - k;
      std::uint64_t word = line[w];
      if (w == first) word &= bits_from(begin % 64);
      if (w == last) word &= ~(bits_from((end - 1) % 64) << 1);
      while (word != 0) {
        const int bit = forward ? lowest_bit(word) : highest_bit(word);
        word ^= std::uint64_t{1} << bit;
        found(64 * w + bit);
      }
    }
  }

  std::int64_t row_words_;
  std::int64_t column_words_;
  Buffer<std::uint64_t> rows_;
  Buffer<std::uint64_t> columns_;
};

}  // namespace me
