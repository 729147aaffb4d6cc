// Pixels of rows written by the GPU in groups of 16 bytes, neighbouring elements beside each other.
#pragma once
#include "base/execution.cuh"
#include "runs/device_components.h"

namespace me::cuda {

// value(w, b) gives the pixel of bit b of word w where it is set in `bits`; others become 0. Bits
// past the width stand for nothing.
template <class T, class Value>
struct WriteGroup {
  static constexpr int pixels = 16 / sizeof(T);
  static constexpr int per_word = 64 / pixels;
  struct alignas(16) Group {
    T values[pixels];
  };

  RowGrid grid;
  const std::uint64_t* bits;
  Value value;
  MutableMaskView out;
  bool whole;  // a group may be written at once

  ME_HD void operator()(std::int64_t i) const {
    const std::int64_t w = i / per_word;
    const RowGrid::Place place = grid.place(w);
    const int first = static_cast<int>(i % per_word) * pixels;
    const int n = static_cast<int>(place.columns()) - first;
    if (n <= 0) return;
    const std::uint64_t set = bits[w] >> first;
    Group group;
    for (int b = 0; b < pixels; b++) {
      group.values[b] = (set >> b & 1) != 0 ? static_cast<T>(value(w, first + b)) : T{0};
    }
    char* pixel = out.data + place.item * out.item_stride + place.y * out.row_stride +
                  (64 * place.x + first) * out.column_stride;
    if (whole && n >= pixels) {
      *reinterpret_cast<Group*>(pixel) = group;
      return;
    }
    for (int b = 0; b < pixels && b < n; b++) {
      *reinterpret_cast<T*>(pixel + b * out.column_stride) = group.values[b];
    }
  }
};

template <class T, class Value>
void write_groups(const Queue& queue, const RowGrid& grid, const std::uint64_t* bits,
                  const Value& value, const MutableMaskView& out) {
  const auto steps = reinterpret_cast<std::uintptr_t>(out.data) |
                     static_cast<std::uintptr_t>(out.item_stride) |
                     static_cast<std::uintptr_t>(out.row_stride);
  const bool whole = out.column_stride == sizeof(T) && steps % 16 == 0;
  for_each(queue, grid.words() * WriteGroup<T, Value>::per_word,
           WriteGroup<T, Value>{grid, bits, value, out, whole});
}

}  // namespace me::cuda
