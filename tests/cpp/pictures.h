// Images drawn at random, as values and in memory as any type with any gaps.
#pragma once
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "base/values.h"
#include "halves.h"
#include "runs/image_view.h"

namespace pictures {

// Values of an image, and the same in memory as some type, with gaps.
struct Picture {
  std::int64_t height, width, channels;
  std::vector<double> values;
  std::vector<char> memory;
  me::ImageView view;

  double at(std::int64_t y, std::int64_t x, std::int64_t c) const {
    return values[static_cast<std::size_t>((y * width + x) * channels + c)];
  }
};

inline void place(Picture& picture, me::Element element, bool half, std::int64_t gap) {
  me::ImageView& view = picture.view;
  view.element = element;
  view.half = half;
  view.channels = picture.channels;
  view.size = {picture.height, picture.width};
  view.channel_stride = view.value_bytes();
  view.column_stride = (picture.channels + gap) * view.value_bytes();
  view.row_stride = picture.width * view.column_stride;
  picture.memory.assign(static_cast<std::size_t>(picture.height * view.row_stride), '\x7e');
  view.data = picture.memory.data();
  for (std::int64_t y = 0; y < picture.height; y++) {
    for (std::int64_t x = 0; x < picture.width; x++) {
      for (std::int64_t c = 0; c < picture.channels; c++) {
        char* const to =
            picture.memory.data() + (view.pixel(y, x) - view.data) + c * view.channel_stride;
        const std::uint16_t bits = half ? halves::half_of(picture.at(y, x, c)) : std::uint16_t{0};
        if (half) std::memcpy(to, &bits, 2);
        if (half) continue;
        me::with_element(element, [&](auto zero) {
          zero = static_cast<decltype(zero)>(picture.at(y, x, c));
          std::memcpy(to, &zero, sizeof zero);
        });
      }
    }
  }
}

// A few values in blocks; those of floats are at times not a number.
inline Picture draw(std::mt19937& random, std::int64_t height, std::int64_t width,
                    me::Element element) {
  const bool real = element == me::Element::f32 || element == me::Element::f64;
  const bool negative = element >= me::Element::i8;
  Picture picture{height, width, 1 + static_cast<std::int64_t>(random() % 4), {}, {}, {}};
  for (std::int64_t i = 0; i < height * width; i++) {
    for (std::int64_t c = 0; c < picture.channels; c++) {
      const auto k = picture.values.size();
      const auto up = static_cast<std::size_t>(width * picture.channels);
      const auto left = static_cast<std::size_t>(picture.channels);
      const unsigned from = random() % 16;
      double value = double(random() % 6) * (real ? 0.25 : 3) - (negative ? 6 : 0);
      if (real && random() % 40 == 0) value = std::nan("");
      if (from > 0 && k >= left) value = picture.values[k - left];
      if (from > 9 && k >= up) value = picture.values[k - up];
      picture.values.push_back(value);
    }
  }
  return picture;
}

}  // namespace pictures
