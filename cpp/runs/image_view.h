// An image of any element type and strides, and its pixels as a row of interleaved values.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/host_device.h"
#include "base/size.h"
#include "base/view.h"

namespace me {

inline constexpr int max_channels = 4;

// Pixel (x, y) has its first value at data + y * row_stride + x * column_stride; strides in bytes.
struct ImageView {
  const char* data = nullptr;
  Element element = Element::u8;  // f32 for half floats
  bool half = false;              // values are float16, and read as float32
  std::int64_t channels = 1;      // 1 to max_channels
  Size size;
  std::int64_t row_stride = 0, column_stride = 0, channel_stride = 0;

  std::int64_t value_bytes() const { return half ? 2 : element_bytes(element); }
  ME_HD const char* pixel(std::int64_t y, std::int64_t x) const {
    return data + y * row_stride + x * column_stride;
  }
};

// Reads stretches of rows as interleaved values, without a copy where they lie so.
class PixelReader {
 public:
  explicit PixelReader(const ImageView& image);

  // The pixels [x, x + n) of row y: n <= 512. Valid until the next call with the same `slot`.
  const char* read(std::int64_t y, std::int64_t x, std::int64_t n, int slot = 0) {
    if (in_place_) return image_.pixel(y, x);
    return gather(y, x, n, slot);
  }

  // Asks for pixels that may be read soon. The row may lie outside of the image.
  void prefetch(std::int64_t y, std::int64_t x, std::int64_t n) const {
    if (!in_place_ || y < 0 || y >= image_.size.height) return;
#if defined(__GNUC__)
    const char* const begin = image_.pixel(y, x);
    const char* const end = begin + n * image_.column_stride;
    for (const char* line = begin; line < end; line += 64) __builtin_prefetch(line);
#endif
  }

  const ImageView& image() const { return image_; }

 private:
  const char* gather(std::int64_t y, std::int64_t x, std::int64_t n, int slot);

  ImageView image_;
  bool in_place_;
  Buffer<char> slots_[2];
};

}  // namespace me
