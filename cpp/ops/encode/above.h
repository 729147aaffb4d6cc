// Pixels above a threshold, decided by values of the pixel's own type: on the GPU double precision
// is slow, and 64-bit integers have more digits than it.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/host_device.h"

namespace me::cuda {

// The largest float that is not above `limit`: a float is above both or above neither.
inline float float_below(double limit) {
  if (limit >= double(std::numeric_limits<float>::max())) {
    return std::isinf(limit) ? std::numeric_limits<float>::infinity()
                             : std::numeric_limits<float>::max();
  }
  if (limit < double(std::numeric_limits<float>::lowest())) {
    return -std::numeric_limits<float>::infinity();
  }
  const auto near = static_cast<float>(limit);
  return double(near) > limit ? std::nextafter(near, -std::numeric_limits<float>::infinity())
                              : near;
}

// Half floats by rank: their bits without the sign, negative where the sign is set. Finite ones lie
// in [-31743, 31743], infinity is 31744, and what is beyond is not a number.
constexpr int half_infinity = 0x7c00;

inline double half_of_rank(int rank) {
  const int bits = rank < 0 ? -rank : rank;
  const int exponent = bits >> 10;
  const int fraction = bits & 0x3ff;
  double value = exponent == 0 ? std::ldexp(double(fraction), -24)
                               : std::ldexp(double(fraction + 0x400), exponent - 25);
  if (bits == half_infinity) value = std::numeric_limits<double>::infinity();
  return rank < 0 ? -value : value;
}

// The rank of the largest half float that is not above `limit`.
inline int half_rank_below(double limit) {
  int low = -half_infinity;  // of minus infinity, which is above nothing
  int high = half_infinity;
  while (low < high) {
    const int middle = low + (high - low + 1) / 2;
    if (half_of_rank(middle) <= limit) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

template <class T>
struct IsNonzero {
  ME_HD bool operator()(const char* pixel) const { return *reinterpret_cast<const T*>(pixel) != 0; }
};

template <class T>
struct IsAbove {
  T limit;
  ME_HD bool operator()(const char* pixel) const {
    return *reinterpret_cast<const T*>(pixel) > limit;
  }
};

struct IsHalfAbove {
  int limit;  // a rank
  ME_HD bool operator()(const char* pixel) const {
    const int bits = *reinterpret_cast<const std::uint16_t*>(pixel);
    const int size = bits & 0x7fff;
    return size <= half_infinity && (bits > 0x7fff ? -size : size) > limit;
  }
};

// Integers of any type: those from `least` on, or none.
template <class T>
struct IsFrom {
  T least;
  bool any;
  explicit IsFrom(double limit) : least(std::numeric_limits<T>::min()), any(true) {
    const double above = std::floor(limit);
    // 2^digits is a double, the largest value need not be one
    if (above >= std::ldexp(1.0, std::numeric_limits<T>::digits)) {
      any = false;
    } else if (above >= double(std::numeric_limits<T>::min())) {
      least = static_cast<T>(above);
      any = least != std::numeric_limits<T>::max();
      if (any) least = static_cast<T>(least + 1);
    }
  }
  ME_HD bool operator()(const char* pixel) const {
    return any && *reinterpret_cast<const T*>(pixel) >= least;
  }
};

}  // namespace me::cuda
