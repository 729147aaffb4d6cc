#include "ops/label/label.h"

#include "base/atomics.h"
#include "base/execution.cuh"

namespace me::cuda {
namespace {

// Neighbouring elements write neighbouring groups of 16 bytes.
template <class T>
struct PaintGroup {
  static constexpr int pixels = 16 / sizeof(T);
  struct alignas(16) Group {
    T values[pixels];
  };

  RowRunsView runs;
  const std::uint32_t* numbers;
  MutableMaskView out;
  bool whole;  // a group may be written at once

  ME_HD void operator()(std::int64_t i) const {
    constexpr int per_word = 64 / pixels;
    const std::int64_t w = i / per_word;
    const RowGrid::Place place = runs.grid.place(w);
    const int first = static_cast<int>(i % per_word) * pixels;
    const int n = static_cast<int>(runs.grid.columns_in(place.x)) - first;
    if (n <= 0) return;
    const std::uint64_t bits = runs.foreground[w] >> first;
    Group group;
    T number = 0;
    std::int64_t held = -1;  // the run whose number that is
    for (int b = 0; b < pixels; b++) {
      const bool set = (bits >> b & 1) != 0;
      if (set) {
        const std::int64_t run = runs.run(w, first + b);
        if (run != held) number = static_cast<T>(numbers[run]);
        held = run;
      }
      group.values[b] = set ? number : T{0};
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

template <class T>
void paint_as(const Queue& queue, const Components& components, const MutableMaskView& out) {
  const auto steps = reinterpret_cast<std::uintptr_t>(out.data) |
                     static_cast<std::uintptr_t>(out.item_stride) |
                     static_cast<std::uintptr_t>(out.row_stride);
  const bool whole = out.column_stride == sizeof(T) && steps % 16 == 0;
  for_each(queue, components.runs.grid.words() * (64 / PaintGroup<T>::pixels),
           PaintGroup<T>{components.runs.view(), components.numbers.data(), out, whole});
}

struct FindMost {
  const std::int64_t* counts;
  std::int64_t* most;
  ME_HD void operator()(std::int64_t m) const { atomic_max(most, counts[m]); }
};

}  // namespace

void paint(const Queue& queue, const Components& components, const MutableMaskView& out) {
  switch (element_bytes(out.element)) {
    case 1:
      return paint_as<std::uint8_t>(queue, components, out);
    case 2:
      return paint_as<std::uint16_t>(queue, components, out);
    case 4:
      return paint_as<std::uint32_t>(queue, components, out);
    default:
      return paint_as<std::uint64_t>(queue, components, out);
  }
}

std::int64_t total(const Queue& queue, const Components& components) {
  return read(queue, components.before.data() + components.runs.grid.words());
}

std::int64_t most(const Queue& queue, const Components& components) {
  const DeviceArray<std::int64_t> most(queue, 1);
  fill_bytes(queue, most.data(), 1, 0);
  for_each(queue, components.counts.n, FindMost{components.counts.data(), most.data()});
  return read(queue, most.data());
}

}  // namespace me::cuda
