#include "ops/encode/encode.h"

#include <cstdlib>
#include <type_traits>

#include "base/values.h"
#include "ops/encode/above.h"
#include "runs/word_changes.cuh"

namespace me::cuda {
namespace {

// Pixels of an image of any strides as words; each pixel is read once, but for one in 64.
template <class Pixel>
struct ImageWords {
  static constexpr bool one_size = true;
  MaskView view;
  Pixel is_set;
  bool in_eights;  // bytes down the columns, of which eight are read at once

  ME_HD std::uint32_t half(const char* pixel) const {
    std::uint32_t bits = 0;
    for (int r = 0; r < 32; r++) {
      bits |= std::uint32_t{is_set(pixel + r * view.row_stride)} << r;
    }
    return bits;
  }

  ME_HD Word operator()(const WordGrid::Place& place) const {
    const char* column = view.data + place.item * view.item_stride + place.x * view.column_stride;
    const char* pixel = column + 64 * place.y * view.row_stride;
    const std::int64_t rows = place.rows();
    Word word{0, false};
    if (in_eights && rows == 64) {
      for (int k = 0; k < 8; k++) {
        word.bits |= nonzero_bytes(reinterpret_cast<const std::uint64_t*>(pixel)[k]) << 8 * k;
      }
    } else if (rows == 64) {
      word.bits = half(pixel) | std::uint64_t{half(pixel + 32 * view.row_stride)} << 32;
    } else {
      for (std::int64_t r = 0; r < rows; r++) {
        word.bits |= std::uint64_t{is_set(pixel + r * view.row_stride)} << r;
      }
    }
    if (place.y > 0) {
      word.before = is_set(pixel - view.row_stride);
    } else if (place.x > 0) {
      word.before = is_set(column - view.column_stride + (place.height - 1) * view.row_stride);
    }
    return word;
  }
};

template <class Pixel>
DeviceRuns encode_pixels(const Queue& queue, const MaskView& masks, const Pixel& is_set) {
  const bool across = std::abs(masks.column_stride) < std::abs(masks.row_stride);
  const auto steps = reinterpret_cast<std::uintptr_t>(masks.data) |
                     static_cast<std::uintptr_t>(masks.item_stride) |
                     static_cast<std::uintptr_t>(masks.column_stride);
  const bool in_eights =
      std::is_same_v<Pixel, IsNonzero<std::uint8_t>> && masks.row_stride == 1 && steps % 8 == 0;
  return runs_of(queue, WordGrid{{masks.n, masks.height, masks.width}},
                 ImageWords<Pixel>{masks, is_set, in_eights}, across);
}

DeviceRuns encode_nonzero(const Queue& queue, const MaskView& masks) {
  DeviceRuns runs;
  with_unsigned(element_bytes(masks.element), [&](auto zero) {
    runs = encode_pixels(queue, masks, IsNonzero<decltype(zero)>{});
  });
  return runs;
}

}  // namespace

DeviceRuns encode(const Queue& queue, const MaskView& masks, std::optional<double> threshold) {
  if (!threshold) return encode_nonzero(queue, masks);
  switch (masks.element) {
    case Element::u8:
      return encode_pixels(queue, masks, IsFrom<std::uint8_t>(*threshold));
    case Element::u16:
      return encode_pixels(queue, masks, IsFrom<std::uint16_t>(*threshold));
    case Element::u32:
      return encode_pixels(queue, masks, IsFrom<std::uint32_t>(*threshold));
    case Element::u64:
      return encode_pixels(queue, masks, IsFrom<std::uint64_t>(*threshold));
    case Element::i8:
      return encode_pixels(queue, masks, IsFrom<std::int8_t>(*threshold));
    case Element::i16:
      return encode_pixels(queue, masks, IsFrom<std::int16_t>(*threshold));
    case Element::i32:
      return encode_pixels(queue, masks, IsFrom<std::int32_t>(*threshold));
    case Element::i64:
      return encode_pixels(queue, masks, IsFrom<std::int64_t>(*threshold));
    case Element::f16:
      return encode_pixels(queue, masks, IsHalfAbove{half_rank_below(*threshold)});
    case Element::f32:
      return encode_pixels(queue, masks, IsAbove<float>{float_below(*threshold)});
    default:
      return encode_pixels(queue, masks, IsAbove<double>{*threshold});
  }
}

}  // namespace me::cuda
