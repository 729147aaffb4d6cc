// Bits of rows on the GPU as a source of words down the columns.
#pragma once
#include "runs/device_components.h"
#include "runs/word_changes.cuh"

namespace me::cuda {

// Rows of bits that lie in a larger mask, with their first pixel at (left, top).
struct BitRows {
  static constexpr bool one_size = true;
  RowGrid rows;
  const std::uint64_t* bits;
  std::int64_t left, top;

  ME_HD bool at(std::int64_t x, std::int64_t y) const {
    x -= left;
    y -= top;
    if (x < 0 || y < 0 || x >= rows.width || y >= rows.height) return false;
    return (bits[y * words_in(rows.width) + x / 64] >> (x % 64) & 1) != 0;
  }

  ME_HD Word operator()(const WordGrid::Place& place) const {
    Word word{0, false};
    const std::int64_t y = 64 * place.y;
    const std::int64_t n = place.rows();
    const bool inside = place.x >= left && place.x < left + rows.width;
    if (inside && y + n > top && y < top + rows.height) {
      for (std::int64_t r = 0; r < n; r++) word.bits |= std::uint64_t{at(place.x, y + r)} << r;
    }
    if (y > 0) {
      word.before = at(place.x, y - 1);
    } else if (place.x > 0) {
      word.before = at(place.x - 1, place.height - 1);
    }
    return word;
  }
};

}  // namespace me::cuda
