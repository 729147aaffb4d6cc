// Single pixels of any integer type, by their bits, on the GPU and on the host.
#pragma once
#include <cstdint>

#include "base/host_device.h"
#include "base/view.h"

namespace me::cuda {

// Reads a pixel of any integer type by its bits.
ME_HD inline std::uint64_t bits_of(const MaskView& view, std::int64_t item, std::int64_t y,
                                   std::int64_t x) {
  const char* p =
      view.data + item * view.item_stride + y * view.row_stride + x * view.column_stride;
  switch (view.element) {
    case Element::u8:
    case Element::i8:
      return *reinterpret_cast<const std::uint8_t*>(p);
    case Element::u16:
    case Element::i16:
      return *reinterpret_cast<const std::uint16_t*>(p);
    case Element::u32:
    case Element::i32:
      return *reinterpret_cast<const std::uint32_t*>(p);
    default:
      return *reinterpret_cast<const std::uint64_t*>(p);
  }
}

// Writes the low bits of a value to a pixel.
ME_HD inline void set_bits(Element element, char* pixel, std::uint64_t value) {
  switch (element) {
    case Element::u8:
    case Element::i8:
      *reinterpret_cast<std::uint8_t*>(pixel) = static_cast<std::uint8_t>(value);
      break;
    case Element::u16:
    case Element::i16:
      *reinterpret_cast<std::uint16_t*>(pixel) = static_cast<std::uint16_t>(value);
      break;
    case Element::u32:
    case Element::i32:
      *reinterpret_cast<std::uint32_t*>(pixel) = static_cast<std::uint32_t>(value);
      break;
    default:
      *reinterpret_cast<std::uint64_t*>(pixel) = value;
  }
}

}  // namespace me::cuda
