// Room in arrays that become large, made by steps between which a call can end: what the system
// hands out anew for gigabytes, and a copy of them, take seconds.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/buffer.h"
#include "base/interrupt.h"

namespace me {

// Room for `capacity` values in total, as Buffer::reserve, but that it polls. The buffer is as it
// was when that throws.
template <class T>
void enlarge(Buffer<T>& buffer, std::int64_t capacity) {
  constexpr std::int64_t some = (std::int64_t{1} << 20) / sizeof(T);
  constexpr double ns_per_byte = 0.4;
  if (capacity <= buffer.capacity()) return;
  Buffer<T> larger;
  larger.reserve(capacity);
  for (std::int64_t k = 0; k < buffer.size(); k += some) {
    const std::int64_t n = std::min(some, buffer.size() - k);
    larger.append(buffer.data() + k, n);
    poll(ns_per_byte * static_cast<double>(n) * sizeof(T));
  }
  buffer.swap(larger);
}

// Room for `more` values behind those of a large buffer, at least twice as many as before; a small
// one grows by itself soon enough.
template <class T>
void make_room(Buffer<T>& buffer, std::int64_t more) {
  constexpr std::int64_t large = (std::int64_t{1} << 22) / sizeof(T);
  if (more <= buffer.capacity() - buffer.size() || buffer.size() < large) return;
  enlarge(buffer, std::max(buffer.size() + more, 2 * buffer.capacity()));
}

}  // namespace me
