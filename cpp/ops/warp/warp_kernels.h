// Kernels that look up the source pixels of one column of a result.
#pragma once
#include <cstdint>

namespace me::kernels {

// Row y of the column shows the pixel that holds
// (base[0] + step[0] * y', base[1] + step[1] * y') / (base[2] + step[2] * y') + (half, half) with
// y' = y + centre, without the division if affine: computed in this order. Background outside of
// [0, columns) x [0, rows).
struct WarpColumn {
  double base[3];
  double step[3];
  double centre, half;
  bool affine;
  const std::uint64_t* words;  // pixel (x, y) of the source is bit x * height + y
  std::int64_t height;
  double rows, columns;
};

// Bit k: whether row y + k shows foreground, for k in [0, n); n is in [1, 64].
using WarpRows = std::uint64_t (*)(const WarpColumn& column, std::int64_t y, std::int64_t n);

std::uint64_t warp_rows_scalar(const WarpColumn& column, std::int64_t y, std::int64_t n);
std::uint64_t warp_rows_avx2(const WarpColumn& column, std::int64_t y, std::int64_t n);
std::uint64_t warp_rows_avx512(const WarpColumn& column, std::int64_t y, std::int64_t n);

// Vector by vector: Cpu::look_up gives Cpu::lanes bits. Rows past n are computed, but not shown;
// `Cpu` is a type of the including file alone, so that no instance is shared between CPU levels.
template <class Cpu>
inline std::uint64_t warp_rows(const WarpColumn& column, std::int64_t y, std::int64_t n) {
  std::uint64_t bits = 0;
  for (std::int64_t k = 0; k < n; k += Cpu::lanes) {
    bits |= Cpu::look_up(column, static_cast<double>(y + k)) << k;
  }
  return bits & ~std::uint64_t{0} >> (64 - n);
}

}  // namespace me::kernels
