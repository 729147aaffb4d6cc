#include "ops/compose/compose.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/parallel.h"
#include "base/tuning.h"
#include "base/values.h"
#include "ops/compose/painter.h"
#include "runs/collect.h"
#include "runs/row_changes.h"
#include "runs/transposed.h"
#include "runs/turn.h"

namespace me::cpu {
namespace {

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
    Painter<T> painter(layers, first * stretch, stretch);
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
  bool past_caches;  // too large to stay in one
};

// How many lines lie before the first one in its cache line.
std::int64_t lines_in_cache_line(const char* first, std::int64_t bytes) {
  return static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(first) % 64) / bytes;
}

// Copies lines that follow each other in memory to where they belong. Those that lie across the
// rows of the map are turned; they are few enough that what they fill of rows stays in a cache.
template <class T>
void copy_lines(const T* from, const Lines& to) {
  constexpr auto bytes = static_cast<std::int64_t>(sizeof(T));
  if (to.line_stride == bytes) {
    turn_kernels().turn[width_index(bytes)]({reinterpret_cast<const char*>(from), to.length * bytes,
                                             to.n, to.length, to.data, to.pixel_stride,
                                             to.past_caches});
    return;
  }
  for (std::int64_t l = 0; l < to.n; l++) {
    char* const out = to.data + l * to.line_stride;
    for (std::int64_t p = 0; p < to.length; p++) {
      std::memcpy(out + p * to.pixel_stride, from + l * to.length + p, sizeof(T));
    }
  }
}

// Paints lines that lie anywhere, some at a time: whole cache lines of rows, if these are turned.
template <class T>
void paint_lines(const Layers& layers, const Lines& to, const Exec& exec) {
  constexpr std::int64_t most_bytes = std::int64_t{1} << 19;  // stays in a second-level cache
  const auto bytes = static_cast<std::int64_t>(sizeof(T));
  const std::int64_t some = std::clamp<std::int64_t>(most_bytes / (to.length * bytes), 1, 128);
  const std::int64_t early = to.line_stride == bytes ? lines_in_cache_line(to.data, bytes) : 0;
  const auto begin_of = [&](std::int64_t s) {
    return std::clamp<std::int64_t>(s * some - early, 0, to.n);
  };
  const std::int64_t n = (to.n + early + some - 1) / some;
  const std::int64_t pixels = to.n * to.length;
  const std::int64_t stretch = stretch_pixels(layers.masks, pixels, bytes);
  const double cost = (pixel_cost(layers, pixels, bytes) + 0.3) * double(some * to.length);
  for_ranges(exec, n, cost, [&](std::int64_t first, std::int64_t last) {
    Buffer<T> painted(some * to.length);
    Painter<T> painter(layers, begin_of(first) * to.length, stretch);
    for (std::int64_t s = first; s < last; s++) {
      const std::int64_t line = begin_of(s);
      const std::int64_t begin = line * to.length;
      const std::int64_t end = begin_of(s + 1) * to.length;
      for (std::int64_t p = begin; p < end; p += stretch) {
        painter.paint(p, std::min(p + stretch, end), painted.data() + (p - begin));
      }
      copy_lines(painted.data(), {to.data + line * to.line_stride, begin_of(s + 1) - line,
                                  to.length, to.line_stride, to.pixel_stride, to.past_caches});
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
  const bool large = map.height * map.width * bytes >= tuning::turn_stream_bytes;
  const Lines columns{map.data, map.width, map.height, map.column_stride, map.row_stride, large};
  const Lines rows{map.data, map.height, map.width, map.row_stride, map.column_stride, large};
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
