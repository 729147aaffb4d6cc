#include "runs/turned_bits.h"

#include <algorithm>

#include "base/kept_by_thread.h"
#include "base/poll_some.h"
#include "runs/bit_writer.h"
#include "runs/column_bands.h"
#include "runs/scratch.h"

namespace me {
namespace {

constexpr std::int64_t side = 64;  // of a tile

std::uint64_t reversed(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x5555555555555555;
  constexpr std::uint64_t twos = 0x3333333333333333;
  constexpr std::uint64_t fours = 0x0f0f0f0f0f0f0f0f;
  constexpr std::uint64_t bytes = 0x00ff00ff00ff00ff;
  constexpr std::uint64_t halves = 0x0000ffff0000ffff;
  word = (word >> 1 & ones) | (word & ones) << 1;
  word = (word >> 2 & twos) | (word & twos) << 2;
  word = (word >> 4 & fours) | (word & fours) << 4;
  word = (word >> 8 & bytes) | (word & bytes) << 8;
  word = (word >> 16 & halves) | (word & halves) << 16;
  return word >> 32 | word << 32;
}

// Rows [top, top + n) of the source, n <= 64, each from the first word of `rows` on, `per_row`
// words apart. Columns are read where they begin, at any bit: what follows a row of the last ones
// in its words is of other columns, and lies in rows that are not wanted.
void read_rows(const std::uint64_t* mask, Size size, bool from_right, std::int64_t top,
               std::int64_t n, std::uint64_t* rows) {
  const auto mirror = bit_kernels().transpose;
  const std::int64_t per_row = words_for(size.width);
  const std::int64_t step = from_right ? -size.height : size.height;
  std::int64_t from = top + (from_right ? (size.width - 1) * size.height : 0);
  std::uint64_t tile[side];
  for (std::int64_t k = 0; k < per_row; k++) {
    poll(100);
    const std::int64_t columns = std::min(side, size.width - side * k);
    for (std::int64_t c = 0; c < columns; c++, from += step) tile[c] = word_at(mask, from);
    std::fill(tile + columns, tile + side, std::uint64_t{0});
    mirror(tile);
    for (std::int64_t r = 0; r < n; r++) rows[r * per_row + k] = tile[r];
  }
}

// Columns [first, end) of the result.
void write_band(const std::uint64_t* mask, Size size, const Backwards& backwards,
                std::int64_t first, std::int64_t end, std::uint64_t* out) {
  const std::int64_t n = end - first;
  const std::int64_t top = backwards.y ? size.height - end : first;
  const std::int64_t per_row = words_for(size.width);
  Buffer<std::uint64_t>& kept = kept_by_thread<Buffer<std::uint64_t>>([] {});
  const Scratch<std::uint64_t> rows(kept, n * per_row + 1);
  rows.data()[n * per_row] = 0;
  read_rows(mask, size, backwards.x, top, n, rows.data());
  BitWriter writer(out);
  for (std::int64_t r = 0; r < n; r++) {
    writer.add(rows.data() + (backwards.y ? n - 1 - r : r) * per_row, 0, size.width);
  }
}

}  // namespace

PackedMasks transposed(const PackedView& masks, const Backwards& backwards, const Exec& exec) {
  Buffer<std::int64_t> sizes;
  for (std::int64_t i = 0; i < masks.n; i++) {
    sizes.push_back(masks.size(i).width);
    sizes.push_back(masks.size(i).height);
  }
  PackedMasks out(sizes.data(), masks.n);
  const auto write = [&](std::int64_t i, std::int64_t first, std::int64_t end,
                         std::uint64_t* words) {
    write_band(masks.mask(i), masks.size(i), backwards, first, end, words);
  };
  for_column_bands(exec, out, 0.1, write);
  return out;
}

void write_half_turn(const std::uint64_t* mask, std::int64_t n, std::uint64_t* out) {
  const std::int64_t words = words_for(n);
  const std::int64_t shift = -n & 63;  // unused bits of the last word, which comes first
  for (std::int64_t k = 0; k < words; k++) {
    poll_some(k, 2);
    const std::uint64_t last = mask[words - 1 - k] << shift;
    const std::uint64_t before = k + 1 < words ? mask[words - 2 - k] : 0;
    out[k] = reversed(last | before >> 1 >> (63 - shift));
  }
}

}  // namespace me
