#include "ops/compose/compose.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/dispatch.h"
#include "base/parallel.h"
#include "base/values.h"
#include "ops/compose/compose_kernels.h"
#include "runs/collect.h"
#include "runs/columns.h"
#include "runs/row_changes.h"
#include "runs/transposed.h"
#include "runs/turn.h"

namespace me::cpu {
namespace {

kernels::Paint paint_kernel(std::int64_t bytes) {
  const std::size_t w = width_index(bytes);
  return select<kernels::Paint>(kernels::paint_runs_scalar[w], ME_X86(kernels::paint_runs_avx2[w]),
                                ME_X86(kernels::paint_runs_avx512[w]));
}

// Masks over each other, and what is written for each. `order` starts with the one at the back.
struct Layers {
  RunsView masks;
  const std::uint64_t* labels;
  const std::int64_t* order;
};

// Paints stretches of positions one after the other, each with all masks.
template <class T>
class Painter {
 public:
  // From position `begin` on.
  Painter(const Layers& layers, std::int64_t begin)
      : layers_(layers), next_(layers.masks.n), kernel_(paint_kernel(sizeof(T))) {
    for (std::int64_t i = 0; i < layers.masks.n; i++) {
      const RunPlace place = place_of(layers.masks[i], begin);
      next_[i] = {place.run, begin - place.used};
    }
  }

  // Pixels [begin, end), which come after those before, to to[0, end - begin).
  void paint(std::int64_t begin, std::int64_t end, T* to) {
    std::fill(to, to + (end - begin), T{0});
    for (std::int64_t k = 0; k < layers_.masks.n; k++) {
      const std::int64_t i = layers_.order[k];
      next_[i] =
          paint_mask(layers_.masks[i], static_cast<T>(layers_.labels[i]), next_[i], begin, end, to);
    }
  }

 private:
  struct Next {
    std::int64_t run, start;
  };

  Next paint_mask(const RunList& runs, T label, Next at, std::int64_t begin, std::int64_t end,
                  T* to) const {
    while (at.run < runs.n && at.start < end) {
      if (at.run % 2 == 0) at = paint_whole(runs, label, at, begin, end, to);
      if (at.run == runs.n || at.start >= end) break;
      const std::int64_t stop = at.start + runs.counts[at.run];
      const std::int64_t from = std::max(at.start, begin);
      const std::int64_t until = std::min(stop, end);
      if (at.run % 2 == 1 && from < until)
        std::fill(to + (from - begin), to + (until - begin), label);
      if (stop > end) break;
      at = {at.run + 1, stop};
    }
    return at;
  }

  // From a run of background on: the runs of foreground that end in time.
  Next paint_whole(const RunList& runs, T label, Next at, std::int64_t begin, std::int64_t end,
                   T* to) const {
    kernels::PaintRuns some{runs.counts + at.run, (runs.n - at.run) / 2, at.start - begin};
    const std::int64_t pairs = kernel_(some, end - begin, std::uint64_t{label}, to);
    return {at.run + 2 * pairs, begin + some.start};
  }

  Layers layers_;
  Buffer<Next> next_;
  kernels::Paint kernel_;
};

// Pixels to paint at a time: what stays in a first-level cache, unless there are so many masks that
// looking at each takes longer than that saves.
std::int64_t stretch_pixels(const RunsView& masks, std::int64_t pixels, std::int64_t bytes) {
  constexpr std::int64_t least = std::int64_t{1} << 14;
  constexpr std::int64_t most = std::int64_t{1} << 20;
  const std::int64_t runs_each = masks.total_counts() / std::max<std::int64_t>(masks.n, 1);
  const std::int64_t wanted = pixels * bytes / std::max<std::int64_t>(runs_each / 16, 1);
  return std::clamp(wanted, least, most) / bytes;
}

double pixel_cost(const Layers& layers, std::int64_t pixels, std::int64_t bytes) {
  return 0.1 * double(bytes) + 5 * double(layers.masks.total_counts()) / double(pixels);
}

// Paints pixels that lie in one piece.
template <class T>
void paint_all(const Layers& layers, std::int64_t pixels, T* to, const Exec& exec) {
  const std::int64_t stretch = stretch_pixels(layers.masks, pixels, sizeof(T));
  const std::int64_t n = (pixels + stretch - 1) / stretch;
  const double cost = pixel_cost(layers, pixels, sizeof(T)) * double(stretch);
  for_ranges(exec, n, cost, [&](std::int64_t first, std::int64_t last) {
    Painter<T> painter(layers, first * stretch);
    for (std::int64_t s = first; s < last; s++) {
      const std::int64_t begin = s * stretch;
      painter.paint(begin, std::min(begin + stretch, pixels), to + begin);
    }
  });
}

// Where the pixels of lines go; strides in bytes.
struct Lines {
  char* data;
  std::int64_t n, length;
  std::int64_t line_stride, pixel_stride;
};

// Copies lines that follow each other in memory to where they belong. Those that lie across the
// rows of the map are turned; they are few enough that what they fill of rows stays in a cache.
template <class T>
void copy_lines(const T* from, const Lines& to) {
  constexpr auto bytes = static_cast<std::int64_t>(sizeof(T));
  if (to.line_stride == bytes) {
    turn_kernels().turn[width_index(bytes)]({reinterpret_cast<const char*>(from), to.length * bytes,
                                             to.n, to.length, to.data, to.pixel_stride});
    return;
  }
  for (std::int64_t l = 0; l < to.n; l++) {
    char* const out = to.data + l * to.line_stride;
    for (std::int64_t p = 0; p < to.length; p++) {
      std::memcpy(out + p * to.pixel_stride, from + l * to.length + p, sizeof(T));
    }
  }
}

// Paints lines that lie anywhere, some at a time.
template <class T>
void paint_lines(const Layers& layers, const Lines& to, const Exec& exec) {
  constexpr std::int64_t most_bytes = std::int64_t{1} << 19;  // stays in a second-level cache
  const auto bytes = static_cast<std::int64_t>(sizeof(T));
  const std::int64_t some = std::clamp<std::int64_t>(most_bytes / (to.length * bytes), 1, 128);
  const std::int64_t n = (to.n + some - 1) / some;
  const std::int64_t pixels = to.n * to.length;
  const std::int64_t stretch = stretch_pixels(layers.masks, pixels, bytes);
  const double cost = (pixel_cost(layers, pixels, bytes) + 0.3) * double(some * to.length);
  for_ranges(exec, n, cost, [&](std::int64_t first, std::int64_t last) {
    Buffer<T> painted(some * to.length);
    Painter<T> painter(layers, first * some * to.length);
    for (std::int64_t s = first; s < last; s++) {
      const std::int64_t lines = std::min(some, to.n - s * some);
      const std::int64_t begin = s * some * to.length;
      const std::int64_t end = begin + lines * to.length;
      for (std::int64_t p = begin; p < end; p += stretch) {
        painter.paint(p, std::min(p + stretch, end), painted.data() + (p - begin));
      }
      copy_lines(painted.data(), {to.data + s * some * to.line_stride, lines, to.length,
                                  to.line_stride, to.pixel_stride});
    }
  });
}

template <class T>
void paint(const Layers& layers, const Lines& to, const Exec& exec) {
  const auto bytes = static_cast<std::int64_t>(sizeof(T));
  if (to.pixel_stride == bytes && to.line_stride == bytes * to.length) {
    paint_all(layers, to.n * to.length, reinterpret_cast<T*>(to.data), exec);
  } else {
    paint_lines<T>(layers, to, exec);
  }
}

// Whether moving pixels costs less than transposing masks, by what 100 stars of 640 x 480 and 20
// blobs of 4096 x 4096 took.
bool few_pixels(const RunsView& masks, const MutableMaskView& map) {
  const double runs_ns = 10 * double(masks.total_counts()) + 5000 * double(masks.n);
  return 0.2 * double(map.height) * double(map.width) < runs_ns;
}

}  // namespace

void compose(const RunsView& masks, const std::uint64_t* labels, const std::int64_t* order,
             const MutableMaskView& map, const Exec& exec) {
  if (map.height * map.width == 0) return;
  const std::int64_t bytes = element_bytes(map.element);
  const Lines columns{map.data, map.width, map.height, map.column_stride, map.row_stride};
  const Lines rows{map.data, map.height, map.width, map.row_stride, map.column_stride};
  const bool along_columns = map.row_stride == bytes && map.column_stride == bytes * map.height;
  with_unsigned(bytes, [&](auto zero) {
    using T = decltype(zero);
    if (along_columns || few_pixels(masks, map)) {
      paint<T>({masks, labels, order}, columns, exec);
      return;
    }
    const double runs_each =
        double(masks.total_counts()) / double(std::max<std::int64_t>(masks.n, 1));
    const Runs transposed = collect(exec, masks.n, 200 + 10 * runs_each,
                                    [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
                                      append_transposed(masks[i], {}, counts);
                                      return Size{map.width, map.height};
                                    });
    paint<T>({transposed.view(), labels, order}, rows, exec);
  });
}

}  // namespace me::cpu
