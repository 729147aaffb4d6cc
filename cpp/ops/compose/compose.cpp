#include "ops/compose/compose.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/parallel.h"
#include "base/values.h"
#include "runs/collect.h"
#include "runs/columns.h"
#include "runs/transposed.h"

namespace me::cpu {
namespace {

// Sets the pixels [begin, end) of the map, counted row by row.
void paint(const MutableMaskView& map, std::int64_t begin, std::int64_t end, std::uint64_t value) {
  const std::int64_t bytes = element_bytes(map.element);
  if (map.column_stride == bytes && map.row_stride == bytes * map.width) {
    set_values(map.data + begin * bytes, end - begin, bytes, value);
    return;
  }
  while (begin < end) {
    const std::int64_t y = begin / map.width;
    const std::int64_t x = begin % map.width;
    const std::int64_t n = std::min(end - begin, map.width - x);
    char* to = map.data + y * map.row_stride + x * map.column_stride;
    with_unsigned(bytes, [&](auto zero) {
      const auto typed = static_cast<decltype(zero)>(value);
      for (std::int64_t k = 0; k < n; k++) {
        std::memcpy(to + k * map.column_stride, &typed, sizeof(typed));
      }
    });
    begin += n;
  }
}

}  // namespace

namespace {

constexpr std::int64_t strip_bytes = std::int64_t{1} << 20;  // stays in a second-level cache

// Paints strips of rows one after the other, each with all masks.
class Painter {
 public:
  // `rows` are the masks transposed, so that what is painted lies along rows.
  Painter(const RunsView& rows, const std::uint64_t* labels, const std::int64_t* order,
          const MutableMaskView& map, std::int64_t begin)
      : rows_(rows), labels_(labels), order_(order), map_(map), next_(rows.n) {
    for (std::int64_t i = 0; i < rows.n; i++) {
      const RunPlace place = place_of(rows[i], begin);
      next_[i] = {place.run, begin - place.used};
    }
  }

  // Pixels [begin, end), which come after those before.
  void strip(std::int64_t begin, std::int64_t end) {
    paint(map_, begin, end, 0);
    for (std::int64_t k = 0; k < rows_.n; k++) {
      const std::int64_t i = order_[k];
      const RunList runs = rows_[i];
      Next at = next_[i];
      while (at.run < runs.n && at.start < end) {
        const std::int64_t stop = at.start + runs.counts[at.run];
        const std::int64_t from = std::max(at.start, begin);
        const std::int64_t to = std::min(stop, end);
        if (at.run % 2 == 1 && from < to) paint(map_, from, to, labels_[i]);
        if (stop > end) break;
        at = {at.run + 1, stop};
      }
      next_[i] = at;
    }
  }

 private:
  struct Next {
    std::int64_t run, start;
  };

  RunsView rows_;
  const std::uint64_t* labels_;
  const std::int64_t* order_;
  MutableMaskView map_;
  Buffer<Next> next_;
};

// Paints masks the runs of which lie along the rows of the map.
void paint_rows(const RunsView& rows, const std::uint64_t* labels, const std::int64_t* order,
                const MutableMaskView& map, const Exec& exec) {
  const std::int64_t row_bytes = map.width * element_bytes(map.element);
  const std::int64_t strip_rows = std::max<std::int64_t>(1, strip_bytes / row_bytes);
  const std::int64_t strips = (map.height + strip_rows - 1) / strip_rows;
  const double cost =
      0.1 * double(strip_rows * row_bytes) + 5 * double(rows.total_counts()) / double(strips);
  for_ranges(exec, strips, cost, [&](std::int64_t first, std::int64_t last) {
    const std::int64_t pixels = strip_rows * map.width;
    Painter painter(rows, labels, order, map, first * pixels);
    for (std::int64_t s = first; s < last; s++) {
      painter.strip(s * pixels, std::min((s + 1) * pixels, map.height * map.width));
    }
  });
}

MutableMaskView mirrored(MutableMaskView map) {
  std::swap(map.height, map.width);
  std::swap(map.row_stride, map.column_stride);
  return map;
}

// Copies columns that lie in one piece each to the map, by squares.
template <class T>
void copy_columns(const T* columns, const MutableMaskView& map) {
  constexpr std::int64_t side = 32;
  for (std::int64_t y0 = 0; y0 < map.height; y0 += side) {
    const std::int64_t y1 = std::min(y0 + side, map.height);
    for (std::int64_t x0 = 0; x0 < map.width; x0 += side) {
      const std::int64_t x1 = std::min(x0 + side, map.width);
      for (std::int64_t y = y0; y < y1; y++) {
        char* to = map.data + y * map.row_stride;
        for (std::int64_t x = x0; x < x1; x++) {
          std::memcpy(to + x * map.column_stride, columns + x * map.height + y, sizeof(T));
        }
      }
    }
  }
}

// Whether moving pixels costs less than transposing masks, by what 100 stars of 640 x 480 and 20
// blobs of 4096 x 4096 took.
bool few_pixels(const RunsView& masks, const MutableMaskView& map) {
  const double runs_ns = 8 * double(masks.total_counts()) + 5000 * double(masks.n);
  return double(map.height) * double(map.width) < runs_ns;
}

}  // namespace

void compose(const RunsView& masks, const std::uint64_t* labels, const std::int64_t* order,
             const MutableMaskView& map, const Exec& exec) {
  if (map.height * map.width == 0) return;
  const std::int64_t bytes = element_bytes(map.element);
  if (map.row_stride == bytes && map.column_stride == bytes * map.height) {
    paint_rows(masks, labels, order, mirrored(map), exec);
  } else if (few_pixels(masks, map)) {
    with_unsigned(bytes, [&](auto zero) {
      Buffer<decltype(zero)> columns(map.height * map.width);
      MutableMaskView view = map;
      view.data = reinterpret_cast<char*>(columns.data());
      view.row_stride = bytes;
      view.column_stride = bytes * map.height;
      paint_rows(masks, labels, order, mirrored(view), exec);
      copy_columns(columns.data(), map);
    });
  } else {
    const double runs_each =
        double(masks.total_counts()) / double(std::max<std::int64_t>(masks.n, 1));
    const Runs rows = collect(exec, masks.n, 200 + 10 * runs_each,
                              [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
                                append_transposed(masks[i], {}, counts);
                                return Size{map.width, map.height};
                              });
    paint_rows(rows.view(), labels, order, map, exec);
  }
}

}  // namespace me::cpu
