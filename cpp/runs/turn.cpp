#include "runs/turn.h"

#include <cstring>

namespace me::kernels {
namespace {

// Swaps blocks of Half x Half values off the diagonal, and then smaller ones (Hacker's Delight,
// section 7-3).
template <class T, int Half>
inline void swap_blocks(std::uint64_t* row) {
  if constexpr (Half > 0) {
    constexpr int shift = Half * 8 * static_cast<int>(sizeof(T));
    constexpr std::uint64_t low = ~std::uint64_t{0} / ((std::uint64_t{1} << shift) + 1);
    for (int i = 0; i < static_cast<int>(8 / sizeof(T)); i++) {
      if ((i & Half) != 0) continue;
      const std::uint64_t other = (row[i] >> shift ^ row[i + Half]) & low;
      row[i + Half] ^= other;
      row[i] ^= other << shift;
    }
    swap_blocks<T, Half / 2>(row);
  }
}

// A square of values, the rows of which are words.
template <class T>
struct WordSquare {
  using Value = T;
  static constexpr std::int64_t lines = 8 / sizeof(T);
  static constexpr std::int64_t length = lines;

  static void turn(const char* from, std::int64_t from_stride, char* to, std::int64_t to_stride) {
    std::uint64_t row[lines];
    for (std::int64_t i = 0; i < lines; i++) std::memcpy(&row[i], from + i * from_stride, 8);
    swap_blocks<T, static_cast<int>(lines / 2)>(row);
    for (std::int64_t i = 0; i < lines; i++) std::memcpy(to + i * to_stride, &row[i], 8);
  }

  static void copy_line(const char* from, char* to) { std::memcpy(to, from, 64); }
  static void stream_line(const char* from, char* to) { std::memcpy(to, from, 64); }
  static void drain() {}

  static void turn_lines(const char* from, std::int64_t from_stride, char* to,
                         std::int64_t to_stride, bool past_caches) {
    turn_lines_by_squares<WordSquare>(from, from_stride, to, to_stride, past_caches);
  }

  static void turn_rest(const TurnBlock& block) { turn_by_squares<WordSquare>(block); }
};

}  // namespace

const TurnKernels turn_scalar = {{turn<WordSquare<std::uint8_t>>, turn<WordSquare<std::uint16_t>>,
                                  turn<WordSquare<std::uint32_t>>,
                                  turn<WordSquare<std::uint64_t>>}};

}  // namespace me::kernels
