// Flood fill on CUDA: what it is asked, and how pixels are compared there.
#pragma once
#include <cstdint>

#include "base/host_device.h"
#include "ops/flood/flood.h"

namespace me::cuda {

// A half float; NumPy's bits.
struct Half {
  std::uint16_t bits;
};

ME_HD inline double real_of(double value) { return value; }
ME_HD inline double real_of(float value) { return value; }
ME_HD inline double real_of(Half half) {
  const int exponent = half.bits >> 10 & 31;
  const int fraction = half.bits & 0x3ff;
  double value = exponent == 0 ? fraction * 0x1p-24 : (fraction + 0x400) * 0x1p-25;
  for (int k = 0; k < exponent; k++) value *= 2;
  if (exponent == 31) value = fraction != 0 ? __builtin_nan("") : __builtin_inf();
  return (half.bits & 0x8000) != 0 ? -value : value;
}

template <class T>
struct IsReal {
  static constexpr bool value = false;
};
template <>
struct IsReal<Half> {
  static constexpr bool value = true;
};
template <>
struct IsReal<float> {
  static constexpr bool value = true;
};
template <>
struct IsReal<double> {
  static constexpr bool value = true;
};

// Whether a value lies within the tolerance of channel c of another.
template <class T>
ME_HD bool is_near(T value, T seed, const Tolerance& tolerance, int c) {
  if constexpr (IsReal<T>::value) {
    const double far = real_of(value) - real_of(seed);
    // what is not finite is as far from itself as NaN
    return real_of(value) - real_of(value) == 0 && real_of(seed) - real_of(seed) == 0 &&
           far >= -tolerance.real_below[c] && far <= tolerance.real_above[c];
  } else {
    const auto a = static_cast<std::uint64_t>(value);
    const auto b = static_cast<std::uint64_t>(seed);
    return value >= seed ? a - b <= tolerance.whole_above[c] : b - a <= tolerance.whole_below[c];
  }
}

template <class T>
ME_HD bool is_within(T value, const cpu::ValueRange& range) {
  if constexpr (IsReal<T>::value) {
    return false;
  } else {
    return value >= static_cast<T>(range.low) && value <= static_cast<T>(range.high);
  }
}

}  // namespace me::cuda
