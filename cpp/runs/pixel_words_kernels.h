// The loop over words that the vector variants of pixel_kernels.h share.
#pragma once
#include <cstddef>
#include <cstdint>

#include "runs/pixel_kernels.h"

namespace me::kernels {

// Whether all values of each pixel pass, from whether each value does. `Cpu` is a type of the
// including file alone, so that no instance is shared between CPU levels.
template <class Cpu, int channels>
inline std::uint64_t join_channels(const std::uint64_t* flat) {
  if constexpr (channels == 1) {
    return flat[0];
  } else if constexpr (channels == 2) {
    const std::uint64_t ends = 0x5555555555555555;
    return Cpu::extract(flat[0] & flat[0] >> 1, ends) | Cpu::extract(flat[1] & flat[1] >> 1, ends)
                                                            << 32;
  } else if constexpr (channels == 3) {
    const auto all = [flat](int w, std::uint64_t next) {
      return flat[w] & (flat[w] >> 1 | next << 63) & (flat[w] >> 2 | next << 62);
    };
    return Cpu::extract(all(0, flat[1]), 0x9249249249249249) |
           Cpu::extract(all(1, flat[2]), 0x4924924924924924) << 22 |
           Cpu::extract(all(2, 0), 0x2492492492492492) << 43;
  } else {
    std::uint64_t word = 0;
    for (int w = 0; w < 4; w++) {
      std::uint64_t all = flat[w] & flat[w] >> 1;
      all &= all >> 2;
      word |= Cpu::extract(all, 0x1111111111111111) << 16 * w;
    }
    return word;
  }
}

// Test::lanes values of Test::bytes each are tested at a time: the `live` ones of them may be read.
template <class Test>
inline constexpr std::uint64_t all_lanes =
    Test::lanes == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << Test::lanes % 64) - 1;

// A whole word, in which every vector is full.
template <class Test, int channels>
inline std::uint64_t test_word(const char* a, const char* b, const PixelBounds& bounds) {
  std::uint64_t flat[channels] = {};
  for (int first = 0, channel = 0; first < 64 * channels; first += Test::lanes) {
    flat[first / 64] |= Test::test(a + first * Test::bytes, b + first * Test::bytes,
                                   all_lanes<Test>, bounds, channel * Test::lanes)
                        << first % 64;
    channel = channel + 1 == channels ? 0 : channel + 1;
  }
  return join_channels<typename Test::Cpu, channels>(flat);
}

// The word of the last `pixels` < 64.
template <class Test, int channels>
inline std::uint64_t test_rest(const char* a, const char* b, std::int64_t pixels,
                               const PixelBounds& bounds) {
  std::uint64_t flat[channels] = {};
  const std::int64_t values = pixels * channels;
  int channel = 0;
  for (std::int64_t first = 0; first < values; first += Test::lanes) {
    const std::int64_t left = values - first;
    const std::uint64_t live =
        left >= Test::lanes ? all_lanes<Test> : (std::uint64_t{1} << (left & 63)) - 1;
    const std::uint64_t passed = Test::test(a + first * Test::bytes, b + first * Test::bytes, live,
                                            bounds, channel * Test::lanes);
    flat[first >> 6] |= (passed & live) << (first & 63);
    channel = channel + 1 == channels ? 0 : channel + 1;
  }
  return join_channels<typename Test::Cpu, channels>(flat);
}

template <class Test, int channels>
inline void test_words(const char* a, const char* b, std::int64_t pixels, const PixelBounds& bounds,
                       std::uint64_t* words) {
  for (; pixels >= 64; pixels -= 64) {
    *words++ = test_word<Test, channels>(a, b, bounds);
    a += 64 * channels * Test::bytes;
    b += 64 * channels * Test::bytes;
  }
  if (pixels > 0) *words = test_rest<Test, channels>(a, b, pixels, bounds);
}

template <class Test>
inline void test_pixels(const void* from, const void* to, std::int64_t pixels,
                        const PixelBounds& bounds, std::uint64_t* words) {
  const char* a = static_cast<const char*>(from);
  const char* b = static_cast<const char*>(to);
  switch (bounds.channels) {
    case 1:
      return test_words<Test, 1>(a, b, pixels, bounds, words);
    case 2:
      return test_words<Test, 2>(a, b, pixels, bounds, words);
    case 3:
      return test_words<Test, 3>(a, b, pixels, bounds, words);
    default:
      return test_words<Test, 4>(a, b, pixels, bounds, words);
  }
}

template <class Test>
void range_of(const void* values, std::int64_t pixels, const PixelBounds& bounds,
              std::uint64_t* words) {
  test_pixels<Test>(values, values, pixels, bounds, words);
}

template <class Test>
void step_of(const void* from, const void* to, std::int64_t pixels, const PixelBounds& bounds,
             std::uint64_t* words) {
  test_pixels<Test>(from, to, pixels, bounds, words);
}

}  // namespace me::kernels
