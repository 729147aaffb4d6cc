// Kernels that swap rows and columns of dense values.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// `lines` lines of `length` values each, `from_stride` bytes apart, become the columns of rows that
// are `to_stride` bytes apart: value p of line l goes to place l of row p. `past_caches`: the rows
// are not to stay in a cache.
struct TurnBlock {
  const char* from;
  std::int64_t from_stride;
  std::int64_t lines, length;
  char* to;
  std::int64_t to_stride;
  bool past_caches;
};

// For values of 1, 2, 4 and 8 bytes.
struct TurnKernels {
  void (*turn[4])(const TurnBlock& block);
};

extern const TurnKernels turn_scalar;
extern const TurnKernels turn_avx2;
extern const TurnKernels turn_avx512;

// How many lines come before the first that starts a cache line of each row; 0 where rows do not
// lie alike in theirs.
template <class Square>
inline std::int64_t lines_before_line(const char* to, std::int64_t to_stride) {
  constexpr auto bytes = static_cast<std::int64_t>(sizeof(typename Square::Value));
  const auto before = static_cast<std::int64_t>(-reinterpret_cast<std::uintptr_t>(to) & 63);
  return to_stride % 64 == 0 && before % bytes == 0 ? before / bytes : 0;
}

// Squares of Square::lines x Square::length values, and what is left over value by value.
template <class Square>
inline void turn_by_squares(const TurnBlock& block) {
  constexpr auto bytes = static_cast<std::int64_t>(sizeof(typename Square::Value));
  const std::int64_t whole_lines = block.lines / Square::lines * Square::lines;
  const std::int64_t whole_pixels = block.length / Square::length * Square::length;
  for (std::int64_t k = 0; k < whole_lines; k += Square::lines) {
    for (std::int64_t i = 0; i < whole_pixels; i += Square::length) {
      Square::turn(block.from + k * block.from_stride + i * bytes, block.from_stride,
                   block.to + i * block.to_stride + k * bytes, block.to_stride);
    }
  }
  for (std::int64_t i = 0; i < block.length; i++) {
    for (std::int64_t k = i < whole_pixels ? whole_lines : 0; k < block.lines; k++) {
      __builtin_memcpy(block.to + i * block.to_stride + k * bytes,
                       block.from + k * block.from_stride + i * bytes,
                       static_cast<std::size_t>(bytes));
    }
  }
}

// Turns as many lines as a cache line has values, a cache line of each. A line is read and written
// once: where strides are powers of two, all lines that are in use together fall into the same few
// places of a cache, and none would stay there until it is full.
template <class Square>
inline void turn_lines_by_squares(const char* from, std::int64_t from_stride, char* to,
                                  std::int64_t to_stride, bool past_caches) {
  constexpr auto side = static_cast<std::int64_t>(64 / sizeof(typename Square::Value));
  alignas(64) char straight[64 * side];
  alignas(64) char turned[64 * side];
  for (std::int64_t i = 0; i < side; i++) {
    Square::copy_line(from + i * from_stride, straight + 64 * i);
  }
  turn_by_squares<Square>({straight, 64, side, side, turned, 64, false});
  for (std::int64_t i = 0; i < side; i++) {
    if (past_caches) {
      Square::stream_line(turned + 64 * i, to + i * to_stride);
    } else {
      Square::copy_line(turned + 64 * i, to + i * to_stride);
    }
  }
}

// Whole cache lines of the rows, and what is left over. `Square` is a type of the including file
// alone, so that no instance is shared between CPU levels.
template <class Square>
void turn(const TurnBlock& block) {
  constexpr auto bytes = static_cast<std::int64_t>(sizeof(typename Square::Value));
  constexpr std::int64_t side = 64 / bytes;
  const std::int64_t before = lines_before_line<Square>(block.to, block.to_stride);
  const std::int64_t head = before < block.lines ? before : block.lines;
  const std::int64_t whole_lines = head + (block.lines - head) / side * side;
  const std::int64_t whole_pixels = block.length / side * side;
  const bool aligned = (reinterpret_cast<std::uintptr_t>(block.to + head * bytes) & 63) == 0 &&
                       block.to_stride % 64 == 0;
  const bool past_caches = block.past_caches && aligned;
  for (std::int64_t p = 0; p < whole_pixels; p += side) {
    for (std::int64_t l = head; l < whole_lines; l += side) {
      Square::turn_lines(block.from + l * block.from_stride + p * bytes, block.from_stride,
                         block.to + p * block.to_stride + l * bytes, block.to_stride, past_caches);
    }
  }
  const auto turn_rest = [&](std::int64_t l, std::int64_t l_end, std::int64_t p) {
    if (l == l_end || p == block.length) return;
    Square::turn_rest({block.from + l * block.from_stride + p * bytes, block.from_stride, l_end - l,
                       block.length - p, block.to + p * block.to_stride + l * bytes,
                       block.to_stride, false});
  };
  turn_rest(0, head, 0);
  turn_rest(head, whole_lines, whole_pixels);
  turn_rest(whole_lines, block.lines, 0);
  if (past_caches) Square::drain();
}

}  // namespace me::kernels
