// Coordinates on the grid of 2^-16 pixel, and the integer arithmetic of edges on it.
#pragma once
#include <cmath>
#include <cstdint>

#include "base/host_device.h"
#if defined(_MSC_VER) && defined(_M_X64)
#include <intrin.h>
#endif

namespace me {

inline constexpr int grid_bits = 16;
inline constexpr std::int64_t grid_one = std::int64_t{1} << grid_bits;
inline constexpr std::int64_t grid_half = grid_one / 2;

// Largest coordinate, in pixels, that goes onto the grid.
inline constexpr double grid_limit = 2147483648.0;

// The nearest multiple of 2^-16, the upper one on a tie, for |coordinate| <= grid_limit. Both the
// product and the difference are exact, so every machine snaps alike.
ME_HD inline std::int64_t snap(double coordinate) {
  const double scaled = coordinate * static_cast<double>(grid_one);
  auto whole = static_cast<std::int64_t>(scaled);
  if (static_cast<double>(whole) > scaled) whole--;
  return whole + (scaled - static_cast<double>(whole) >= 0.5 ? 1 : 0);
}

// floor(a * b / c) for 0 <= a < c and 0 <= b < 2^63: the product may take 128 bits.
ME_HD inline std::int64_t multiply_divide(std::int64_t a, std::int64_t b, std::int64_t c) {
#if defined(__SIZEOF_INT128__)
  __extension__ using Product = unsigned __int128;
  return static_cast<std::int64_t>(static_cast<Product>(a) * static_cast<Product>(b) /
                                   static_cast<Product>(c));
#elif defined(_MSC_VER) && defined(_M_X64)
  unsigned __int64 high;
  unsigned __int64 rest;
  const unsigned __int64 low =
      _umul128(static_cast<unsigned __int64>(a), static_cast<unsigned __int64>(b), &high);
  return static_cast<std::int64_t>(_udiv128(high, low, static_cast<unsigned __int64>(c), &rest));
#else
  // Long multiplication that divides as it goes: rest stays below c <= 2^62.
  std::uint64_t quotient = 0;
  std::uint64_t rest = 0;
  for (int bit = 62; bit >= 0; bit--) {
    rest *= 2;
    quotient *= 2;
    if ((b >> bit & 1) != 0) rest += static_cast<std::uint64_t>(a);
    quotient += rest / static_cast<std::uint64_t>(c);
    rest %= static_cast<std::uint64_t>(c);
  }
  return static_cast<std::int64_t>(quotient);
#endif
}

}  // namespace me
