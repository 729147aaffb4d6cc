// Numbers of Thrift's compact protocol: https://thrift.apache.org/docs/
#pragma once
#include <cstdint>

#include "base/buffer.h"

namespace me {

// Seven bits a byte, low ones first; the high bit says that more follow.
inline void append_varint(std::uint64_t n, Buffer<char>& out) {
  for (; n > 0x7f; n >>= 7) out.push_back(static_cast<char>((n & 0x7f) | 0x80));
  out.push_back(static_cast<char>(n));
}

// 0, -1, 1, -2, ... as 0, 1, 2, 3, ...
inline void append_zigzag(std::int64_t n, Buffer<char>& out) {
  append_varint(static_cast<std::uint64_t>(n) << 1 ^ static_cast<std::uint64_t>(n >> 63), out);
}

}  // namespace me
