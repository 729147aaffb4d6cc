// Kernels that swap rows and columns of dense values.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// `lines` lines of `length` values each, `from_stride` bytes apart, become the columns of rows that
// are `to_stride` bytes apart: value p of line l goes to place l of row p. `past_caches`: whole cache
// lines of the rows are not to stay in a cache.
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

// How many lines come before the first that starts a cache line of each row; 0 where rows do not lie
// alike in theirs.
template <class Square>
inline std::int64_t lines_before_line(const char* to, std::int64_t to_stride) {
  constexpr auto bytes = static_cast<std::int64_t>(sizeof(typename Square::Value));
  const auto before = static_cast<std::int64_t>(-reinterpret_cast<std::uintptr_t>(to) & 63);
  return to_stride % 64 == 0 && before % bytes == 0 ? before / bytes : 0;
}

// Turns pixels [p, p_end) of lines [l, l_end): squares of Square::lines x Square::length values,
// and what is left over value by value.
template <class Square>
inline void turn_part(const TurnBlock& block, std::int64_t l, std::int64_t l_end, std::int64_t p,
                      std::int64_t p_end) {
  constexpr auto bytes = static_cast<std::int64_t>(sizeof(typename Square::Value));
  const std::int64_t whole_lines = l + (l_end - l) / Square::lines * Square::lines;
  const std::int64_t whole_pixels = p + (p_end - p) / Square::length * Square::length;
  for (std::int64_t k = l; k < whole_lines; k += Square::lines) {
    for (std::int64_t i = p; i < whole_pixels; i += Square::length) {
      Square::turn(block.from + k * block.from_stride + i * bytes, block.from_stride,
                   block.to + i * block.to_stride + k * bytes, block.to_stride);
    }
  }
  for (std::int64_t i = p; i < p_end; i++) {
    for (std::int64_t k = i < whole_pixels ? whole_lines : l; k < l_end; k++) {
      __builtin_memcpy(block.to + i * block.to_stride + k * bytes,
                       block.from + k * block.from_stride + i * bytes,
                       static_cast<std::size_t>(bytes));
    }
  }
}

// Cache line by cache line, read and written once each: where strides are powers of two, all lines
// that are in use together fall into the same few places of a cache, and none would stay there
// until it is full. `Square` is a type of the including file alone, so that no instance is shared
// between CPU levels.
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
  alignas(64) char straight[64 * side];
  alignas(64) char turned[64 * side];
  for (std::int64_t p = 0; p < whole_pixels; p += side) {
    for (std::int64_t l = head; l < whole_lines; l += side) {
      const char* const from = block.from + l * block.from_stride + p * bytes;
      for (std::int64_t i = 0; i < side; i++) {
        Square::copy_line(from + i * block.from_stride, straight + 64 * i);
      }
      turn_part<Square>({straight, 64, side, side, turned, 64, false}, 0, side, 0, side);
      char* const to = block.to + p * block.to_stride + l * bytes;
      for (std::int64_t i = 0; i < side; i++) {
        if (past_caches) {
          Square::stream_line(turned + 64 * i, to + i * block.to_stride);
        } else {
          Square::copy_line(turned + 64 * i, to + i * block.to_stride);
        }
      }
    }
  }
  turn_part<Square>(block, 0, head, 0, block.length);
  turn_part<Square>(block, head, whole_lines, whole_pixels, block.length);
  turn_part<Square>(block, whole_lines, block.lines, 0, block.length);
  if (past_caches) Square::drain();
}

}  // namespace me::kernels
