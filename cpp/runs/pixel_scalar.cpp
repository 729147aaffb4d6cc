#include <cstring>
#include <type_traits>

#include "runs/pixel_kernels.h"

namespace me::kernels {
namespace {

template <class T>
T read(const void* values, std::int64_t i) {
  T value;
  std::memcpy(&value, static_cast<const char*>(values) + i * static_cast<std::int64_t>(sizeof(T)),
              sizeof(T));
  return value;
}

// Sets bit i where pass(i, c) is true for all channels c.
template <class Pass>
void write_words(std::int64_t pixels, std::int64_t channels, std::uint64_t* words, Pass pass) {
  for (std::int64_t i = 0; i < pixels; i += 64) {
    const std::int64_t n = pixels - i < 64 ? pixels - i : 64;
    std::uint64_t word = 0;
    for (std::int64_t k = 0; k < n; k++) {
      bool all = true;
      for (std::int64_t c = 0; c < channels; c++) all &= pass((i + k) * channels + c, c);
      word |= std::uint64_t{all} << k;
    }
    *words++ = word;
  }
}

template <class T>
void range(const void* values, std::int64_t pixels, const PixelBounds& bounds,
           std::uint64_t* words) {
  write_words(pixels, bounds.channels, words, [&](std::int64_t i, std::int64_t c) {
    const T value = read<T>(values, i);
    const T low = read<T>(bounds.low, c);
    const T high = read<T>(bounds.high, c);
    if constexpr (std::is_floating_point<T>::value) return value >= low && value <= high;
    return static_cast<T>(value - low) <= high;
  });
}

template <class T>
void step(const void* from, const void* to, std::int64_t pixels, const PixelBounds& bounds,
          std::uint64_t* words) {
  write_words(pixels, bounds.channels, words, [&](std::int64_t i, std::int64_t c) {
    if constexpr (std::is_floating_point<T>::value) {
      const double p = read<T>(from, i);
      const double q = read<T>(to, i);
      return q - p <= read<double>(bounds.high, c) && p - q <= read<double>(bounds.low, c);
    } else {
      const T p = read<T>(from, i) ^ static_cast<T>(bounds.flip);
      const T q = read<T>(to, i) ^ static_cast<T>(bounds.flip);
      return q >= p ? static_cast<T>(q - p) <= read<T>(bounds.high, c)
                    : static_cast<T>(p - q) <= read<T>(bounds.low, c);
    }
  });
}

}  // namespace

const PixelKernels pixels_scalar{{range<std::uint8_t>, range<std::uint16_t>, range<std::uint32_t>,
                                  range<std::uint64_t>, range<float>, range<double>},
                                 {step<std::uint8_t>, step<std::uint16_t>, step<std::uint32_t>,
                                  step<std::uint64_t>, step<float>, step<double>}};

}  // namespace me::kernels
