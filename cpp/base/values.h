// Arrays of values of 1, 2, 4 or 8 bytes, whatever their type.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/view.h"

namespace me {

// Calls work(zero) with a zero of the unsigned type of so many bytes.
template <class Work>
void with_unsigned(std::int64_t bytes, Work work) {
  switch (bytes) {
    case 1:
      return work(std::uint8_t{});
    case 2:
      return work(std::uint16_t{});
    case 4:
      return work(std::uint32_t{});
    default:
      return work(std::uint64_t{});
  }
}

// Calls work(zero) with a zero of the type of an element.
template <class Work>
void with_element(Element element, Work work) {
  switch (element) {
    case Element::u8:
      return work(std::uint8_t{});
    case Element::u16:
      return work(std::uint16_t{});
    case Element::u32:
      return work(std::uint32_t{});
    case Element::u64:
      return work(std::uint64_t{});
    case Element::i8:
      return work(std::int8_t{});
    case Element::i16:
      return work(std::int16_t{});
    case Element::i32:
      return work(std::int32_t{});
    case Element::i64:
      return work(std::int64_t{});
    case Element::f32:
      return work(float{});
    case Element::f64:
      return work(double{});
    case Element::f16:  // of CUDA alone
      break;
  }
}

// Sets n values from `to` on, which is aligned when whole arrays of such values are.
inline void set_values(char* to, std::int64_t n, std::int64_t bytes, std::uint64_t value) {
  with_unsigned(bytes, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (sizeof(T) == 1) {
      std::memset(to, static_cast<T>(value), static_cast<std::size_t>(n));
    } else {
      std::fill_n(reinterpret_cast<T*>(to), n, static_cast<T>(value));
    }
  });
}

}  // namespace me
