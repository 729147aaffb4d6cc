#include "runs/pixel_match.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/dispatch.h"
#include "base/values.h"

namespace me {
namespace {

// Fills a table with the values of the channels, over and over: as far as kernels read it, which
// take up to 16 values at a time when the entries have 8 bytes.
template <class T>
void repeat(const T* values, std::int64_t channels, unsigned char (&table)[512]) {
  const auto pixels = static_cast<std::int64_t>(128 / sizeof(T));
  const std::size_t bytes = sizeof(T) * static_cast<std::size_t>(channels);
  for (std::int64_t k = 0; k < pixels; k++) {
    std::memcpy(table + k * static_cast<std::int64_t>(bytes), values, bytes);
  }
}

template <class T>
using BitsOf = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

// Floats in the order of unsigned integers.
template <class T>
BitsOf<T> rank_of(T value) {
  BitsOf<T> bits;
  std::memcpy(&bits, &value, sizeof bits);
  const BitsOf<T> top = BitsOf<T>{1} << (8 * sizeof bits - 1);
  return (bits & top) != 0 ? ~bits : bits | top;
}

template <class T>
T at_rank(BitsOf<T> rank) {
  const BitsOf<T> top = BitsOf<T>{1} << (8 * sizeof rank - 1);
  const BitsOf<T> bits = (rank & top) != 0 ? rank & ~top : ~rank;
  T value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// The finite value farthest from `seed`, in the direction of `limit`, whose difference from it is
// at most `tolerance`. Differences grow with the distance, so halving the ranks finds it.
template <class T>
T farthest(T seed, double tolerance, T limit) {
  const auto holds = [&](T value) {
    const double difference = static_cast<double>(value) - static_cast<double>(seed);
    return (limit > 0 ? difference : -difference) <= tolerance;
  };
  if (holds(limit)) return limit;
  BitsOf<T> good = rank_of(seed);
  BitsOf<T> bad = rank_of(limit);
  while (std::max(good, bad) - std::min(good, bad) > 1) {
    const BitsOf<T> middle = std::min(good, bad) + (std::max(good, bad) - std::min(good, bad)) / 2;
    (holds(at_rank<T>(middle)) ? good : bad) = middle;
  }
  return at_rank<T>(good);
}

template <class T>
bool bounds_of(const T* seed, std::int64_t channels, const Tolerance& tolerance,
               kernels::PixelBounds& bounds) {
  T low[max_channels];
  T high[max_channels];
  for (std::int64_t c = 0; c < channels; c++) {
    const T least = std::numeric_limits<T>::lowest();
    const T most = std::numeric_limits<T>::max();
    if constexpr (std::is_floating_point<T>::value) {
      if (!(seed[c] >= least && seed[c] <= most)) return false;
      low[c] = farthest(seed[c], tolerance.real_below[c], least);
      high[c] = farthest(seed[c], tolerance.real_above[c], most);
    } else {
      const auto wide = static_cast<std::uint64_t>(seed[c]);
      const std::uint64_t room_below = wide - static_cast<std::uint64_t>(least);
      const std::uint64_t room_above = static_cast<std::uint64_t>(most) - wide;
      const std::uint64_t below = std::min(tolerance.whole_below[c], room_below);
      const std::uint64_t above = std::min(tolerance.whole_above[c], room_above);
      low[c] = static_cast<T>(wide - below);
      high[c] = static_cast<T>(below + above);  // the width of the range
    }
  }
  repeat(low, channels, bounds.low);
  repeat(high, channels, bounds.high);
  return true;
}

}  // namespace

int pixel_kind(Element element) {
  if (element == Element::f32) return 4;
  if (element == Element::f64) return 5;
  const std::int64_t bytes = element_bytes(element);
  return bytes == 1 ? 0 : bytes == 2 ? 1 : bytes == 4 ? 2 : 3;
}

const kernels::PixelKernels& pixel_kernels() {
  return *select(&kernels::pixels_scalar, ME_X86(&kernels::pixels_avx2),
                 ME_X86(&kernels::pixels_avx512));
}

bool bound_pixel(const ImageView& image, const char* pixel, const Tolerance& tolerance,
                 kernels::PixelBounds& bounds) {
  bool any = false;
  bounds.channels = image.channels;
  with_element(image.element, [&](auto zero) {
    decltype(zero) seed[max_channels];
    std::memcpy(seed, pixel, sizeof zero * static_cast<std::size_t>(image.channels));
    any = bounds_of(seed, image.channels, tolerance, bounds);
  });
  return any;
}

void bound_any(const ImageView& image, kernels::PixelBounds& bounds) {
  bounds.channels = image.channels;
  with_element(image.element, [&](auto zero) {
    using T = decltype(zero);
    T low[max_channels];
    std::fill_n(low, max_channels, std::numeric_limits<T>::lowest());
    repeat(low, image.channels, bounds.low);
    if constexpr (std::is_floating_point<T>::value) {
      T high[max_channels];
      std::fill_n(high, max_channels, std::numeric_limits<T>::max());
      repeat(high, image.channels, bounds.high);
    } else {
      using U = std::make_unsigned_t<T>;
      U width[max_channels];
      std::fill_n(width, max_channels, std::numeric_limits<U>::max());
      repeat(width, image.channels, bounds.high);
    }
  });
}

void bound_between(Element element, std::uint64_t low, std::uint64_t high,
                   kernels::PixelBounds& bounds) {
  bounds.channels = 1;
  with_element(element, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (!std::is_floating_point<T>::value) {
      const T from[1] = {static_cast<T>(low)};
      const T width[1] = {static_cast<T>(high - low)};
      repeat(from, 1, bounds.low);
      repeat(width, 1, bounds.high);
    }
  });
}

void bound_steps(const ImageView& image, const Tolerance& tolerance, kernels::PixelBounds& bounds) {
  bounds.channels = image.channels;
  bounds.flip = 0;
  with_element(image.element, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (std::is_floating_point<T>::value) {
      repeat(tolerance.real_below, image.channels, bounds.low);
      repeat(tolerance.real_above, image.channels, bounds.high);
    } else {
      using U = std::make_unsigned_t<T>;
      constexpr std::uint64_t most = std::numeric_limits<U>::max();
      U below[max_channels];
      U above[max_channels];
      for (std::int64_t c = 0; c < image.channels; c++) {
        below[c] = static_cast<U>(std::min(tolerance.whole_below[c], most));
        above[c] = static_cast<U>(std::min(tolerance.whole_above[c], most));
      }
      repeat(below, image.channels, bounds.low);
      repeat(above, image.channels, bounds.high);
      if (std::is_signed<T>::value) bounds.flip = std::uint64_t{1} << (8 * sizeof(T) - 1);
    }
  });
}

}  // namespace me
