// Non-owning views of what callers hold: pointer, shape, strides in bytes.
#pragma once
#include <cstdint>

#include "base/host_device.h"

namespace me {

enum class Element { u8, u16, u32, u64, i8, i16, i32, i64, f32, f64, f16 };  // f16: CUDA only

inline std::int64_t element_bytes(Element element) {
  switch (element) {
    case Element::u8:
    case Element::i8:
      return 1;
    case Element::u16:
    case Element::i16:
    case Element::f16:
      return 2;
    case Element::u32:
    case Element::i32:
    case Element::f32:
      return 4;
    default:
      return 8;
  }
}

// Orders the bit patterns of integers as their type does: the sign bit counts the other way.
ME_HD inline std::uint64_t sort_key(std::uint64_t value, Element element) {
  switch (element) {
    case Element::i8:
      return value ^ 0x80;
    case Element::i16:
      return value ^ 0x8000;
    case Element::i32:
      return value ^ 0x80000000;
    case Element::i64:
      return value ^ 0x8000000000000000;
    default:
      return value;
  }
}

// A stack of `n` masks of height x width. bool arrays come as u8.
template <class Pointer>
struct StackView {
  Pointer data;
  Element element;
  std::int64_t n, height, width;
  std::int64_t item_stride, row_stride, column_stride;  // in bytes; may be negative or zero
};

using MaskView = StackView<const char*>;
using MutableMaskView = StackView<char*>;

}  // namespace me
