// Bits of one row of a tile, and of its words: what a fill does with them.
#pragma once
#include <cstdint>

#include "runs/bit_tiles.h"

namespace me::tile_row {

inline constexpr std::uint64_t ones = ~std::uint64_t{0};
inline constexpr std::int64_t n_words = BitTile::words;

// The lowest n <= 64 bits.
inline std::uint64_t low_bits(std::int64_t n) {
  return n >= 64 ? ones : (std::uint64_t{1} << n) - 1;
}

// Whether all words of a row have the value `same`.
inline bool is_all(const std::uint64_t* row, std::uint64_t same) {
  std::uint64_t other = 0;
  for (std::int64_t k = 0; k < n_words; k++) other |= row[k] ^ same;
  return other == 0;
}

// Spreads `from` towards higher bits, into bits of `enter` that are next to a bit reached.
inline std::uint64_t spread_up(std::uint64_t from, std::uint64_t enter) {
  for (int n = 1; n < 64; n *= 2) {
    from |= enter & from << n;
    enter &= enter << n;
  }
  return from;
}

inline std::uint64_t spread_down(std::uint64_t from, std::uint64_t enter) {
  for (int n = 1; n < 64; n *= 2) {
    from |= enter & from >> n;
    enter &= enter >> n;
  }
  return from;
}

// Moves the bits of a row by one column; those that leave it are dropped.
inline void move_row(const std::uint64_t* row, int dx, std::uint64_t* moved) {
  for (std::int64_t k = 0; k < n_words; k++) {
    if (dx == 0) moved[k] = row[k];
    if (dx > 0) moved[k] = row[k] << 1 | (k > 0 ? row[k - 1] >> 63 : 0);
    if (dx < 0) moved[k] = row[k] >> 1 | (k + 1 < n_words ? row[k + 1] << 63 : 0);
  }
}

}  // namespace me::tile_row
