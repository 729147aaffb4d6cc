// Stacks of masks drawn at random, for tests of what takes pixels.
#pragma once
#include <cstdint>
#include <random>
#include <vector>

#include "base/view.h"

namespace stacks {

struct Stack {
  std::int64_t n, height, width;
  std::vector<unsigned char> pixels;

  me::MaskView view() const {
    return {reinterpret_cast<const char*>(pixels.data()),
            me::Element::u8,
            n,
            height,
            width,
            height * width,
            width,
            1};
  }
};

inline Stack random_stack(std::int64_t n, std::int64_t height, std::int64_t width, unsigned seed) {
  std::mt19937 random(seed);
  Stack stack{n, height, width, {}};
  const unsigned share = random() % 4;
  for (std::int64_t i = 0; i < n * height * width; i++) {
    stack.pixels.push_back(random() % 4 < share ? 1 : 0);
  }
  return stack;
}

// Blocks of a few values, so that runs and components are of all lengths.
inline Stack blocks(std::int64_t n, std::int64_t height, std::int64_t width, unsigned seed) {
  Stack stack = random_stack(n, height, width, seed);
  std::mt19937 random(seed);
  for (std::int64_t i = 0; i < n * height * width; i++) {
    const auto k = static_cast<std::size_t>(i);
    if (i > 0 && random() % 4 != 0) stack.pixels[k] = stack.pixels[k - 1];
    if (i >= width && random() % 3 == 0) {
      stack.pixels[k] = stack.pixels[static_cast<std::size_t>(i - width)];
    }
  }
  return stack;
}

}  // namespace stacks
