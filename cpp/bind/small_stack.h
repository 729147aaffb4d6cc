// New dense masks of a small call, for which NumPy's own functions would be felt.
#pragma once
#include <cstdlib>
#include <new>

#include "base/limits.h"
#include "bind/arrays.h"
#include "bind/batch.h"

namespace me::bind {

// Whether so many pixels are few, and the limit is so high that they cannot pass it.
inline bool is_small_stack(std::int64_t n, const Size& size) {
  constexpr std::int64_t few = std::int64_t{1} << 20;
  return size.area() <= few && n * size.area() <= few && limit_of(Limit::decode_pixels) >= few;
}

// An array of zeros over `bytes` of memory of its own.
inline py::array cleared_array(const py::dtype& dtype, py::array::ShapeContainer shape,
                               py::array::StridesContainer strides, std::int64_t bytes) {
  void* const data = std::calloc(static_cast<std::size_t>(bytes > 0 ? bytes : 1), 1);
  if (data == nullptr) throw std::bad_alloc();
  const py::capsule owner(data, [](void* p) { std::free(p); });
  return py::array(dtype, std::move(shape), std::move(strides), data, owner);
}

}  // namespace me::bind
