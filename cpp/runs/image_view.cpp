#include "runs/image_view.h"

#include <cstring>

#include "base/values.h"

namespace me {
namespace {

constexpr std::int64_t stretch = 512;  // pixels read at a time

float from_half(std::uint16_t half) {
  const std::uint32_t sign = std::uint32_t{half & 0x8000u} << 16;
  const std::uint32_t exponent = half >> 10 & 31u;
  const std::uint32_t fraction = half & 0x3FFu;
  if (exponent == 0) {  // zero, or a multiple of 2^-24
    const float value = static_cast<float>(fraction) * 0x1p-24f;
    return sign != 0 ? -value : value;
  }
  const std::uint32_t wide = exponent == 31 ? 255 : exponent + 112;
  const std::uint32_t bits = sign | wide << 23 | fraction << 13;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace

PixelReader::PixelReader(const ImageView& image) : image_(image) {
  const std::int64_t bytes = image.value_bytes();
  in_place_ = !image.half && image.column_stride == bytes * image.channels &&
              (image.channels == 1 || image.channel_stride == bytes);
}

const char* PixelReader::gather(std::int64_t y, std::int64_t x, std::int64_t n, int slot) {
  Buffer<char>& buffer = slots_[slot];
  const std::int64_t bytes = element_bytes(image_.element);
  buffer.resize(stretch * image_.channels * bytes);
  char* out = buffer.data();
  const char* pixel = image_.pixel(y, x);
  for (std::int64_t i = 0; i < n; i++, pixel += image_.column_stride) {
    for (std::int64_t c = 0; c < image_.channels; c++, out += bytes) {
      const char* value = pixel + c * image_.channel_stride;
      if (image_.half) {
        std::uint16_t bits;
        std::memcpy(&bits, value, 2);
        const float wide = from_half(bits);
        std::memcpy(out, &wide, 4);
      } else {
        with_unsigned(bytes, [&](auto zero) { std::memcpy(out, value, sizeof zero); });
      }
    }
  }
  return buffer.data();
}

}  // namespace me
