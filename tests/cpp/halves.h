// float16 by its definition.
#pragma once
#include <cmath>
#include <cstdint>

namespace halves {

// Of 0, infinities, NaN and multiples of 2^-24 that float16 holds.
inline std::uint16_t half_of(double value) {
  const std::uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  if (std::isnan(value)) return 0x7e01;
  if (std::isinf(value)) return sign | 0x7c00;
  int exponent;
  const double part = std::frexp(std::abs(value), &exponent);  // in [1/2, 1)
  if (value == 0) return sign;
  if (exponent < -13) return static_cast<std::uint16_t>(sign | int(std::abs(value) * 0x1p24));
  const int bits = (exponent + 14) << 10 | (static_cast<int>(part * 2048) & 1023);
  return static_cast<std::uint16_t>(sign | bits);
}

inline double value_of(int bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double sign = bits < 0x8000 ? 1 : -1;
  if (exponent == 31) return fraction != 0 ? std::nan("") : sign * HUGE_VAL;
  if (exponent == 0) return sign * fraction * 0x1p-24;
  return sign * std::ldexp(1 + fraction / 1024.0, exponent - 15);
}

}  // namespace halves
