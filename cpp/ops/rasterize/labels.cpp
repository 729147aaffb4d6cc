#include "ops/rasterize/labels.h"

#include <algorithm>
#include <cstring>

#include "base/kept_by_thread.h"
#include "base/parallel.h"
#include "base/values.h"
#include "ops/rasterize/row_spans.h"
#include "runs/collect.h"
#include "runs/columns.h"
#include "runs/transposed.h"

namespace me::cpu {
namespace {

template <class T>
void paint_row(char* at, std::int64_t n, std::int64_t stride, T value) {
  if (stride == static_cast<std::int64_t>(sizeof(T)) &&
      reinterpret_cast<std::uintptr_t>(at) % sizeof(T) == 0) {
    std::fill_n(reinterpret_cast<T*>(at), n, value);
    return;
  }
  for (std::int64_t i = 0; i < n; i++, at += stride) std::memcpy(at, &value, sizeof(T));
}

// Paints the rows [begin, end); `rows` holds the masks transposed: their columns are rows here.
template <class T>
void paint_rows(const RunsView& rows, const std::int64_t* order, const std::int64_t* labels,
                const MutableMaskView& out, std::int64_t begin, std::int64_t end) {
  for (std::int64_t k = 0; k < rows.n; k++) {
    const auto value = static_cast<T>(labels[order[k]]);
    for_each_block(
        rows[k], begin, end,
        [&](std::int64_t top, std::int64_t bottom, std::int64_t left, std::int64_t right) {
          char* at = out.data + top * out.row_stride + left * out.column_stride;
          for (; top < bottom; top++, at += out.row_stride) {
            paint_row(at, right - left, out.column_stride, value);
          }
        });
  }
}

// Paints the rows [begin, end) of polygons.
template <class T>
void paint_spans(const PolygonsView& polygons, FillRule fill, const std::int64_t* order,
                 const std::int64_t* labels, const MutableMaskView& out, std::int64_t begin,
                 std::int64_t end) {
  ExactRule& rule = kept_by_thread<ExactRule>([] {});
  const Size size{out.height, out.width};
  for (std::int64_t k = 0; k < polygons.n; k++) {
    const std::int64_t item = order[k];
    const auto value = static_cast<T>(labels[item]);
    const auto paint = [&](std::int64_t y, std::int64_t left, std::int64_t right) {
      paint_row(out.data + y * out.row_stride + left * out.column_stride, right - left,
                out.column_stride, value);
    };
    for (std::int64_t p = polygons.item_offsets[item]; p < polygons.item_offsets[item + 1]; p++) {
      for_each_span(rule, polygons, item, p, size, fill, begin, end, paint);
    }
  }
}

}  // namespace

void paint_polygons(const PolygonsView& polygons, FillRule fill, const std::int64_t* order,
                    const std::int64_t* labels, const MutableMaskView& out, const Exec& exec) {
  // Each thread reads every polygon once, so there is one stretch of rows for each.
  const double cost = 100.0 * static_cast<double>(polygons.total_vertices());
  const auto worth = static_cast<std::int64_t>(std::min(cost / tuning::rasterize_part_ns, 1e6));
  const std::int64_t parts = std::min<std::int64_t>({exec.threads, worth, out.height});
  for_chunks(exec, out.height, parts, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
    with_unsigned(element_bytes(out.element), [&](auto zero) {
      paint_spans<decltype(zero)>(polygons, fill, order, labels, out, begin, end);
    });
  });
}

void paint_labels(const RunsView& masks, const std::int64_t* order, const std::int64_t* labels,
                  const MutableMaskView& out, const Exec& exec) {
  const double runs_each =
      masks.n == 0 ? 0 : static_cast<double>(masks.total_counts()) / static_cast<double>(masks.n);
  // All that can fail comes before the first pixel is written.
  const Runs transposed =
      collect(exec, masks.n, 10 * runs_each, [&](std::int64_t k, Buffer<std::uint32_t>& counts) {
        const RunList runs = masks[order[k]];
        append_transposed(runs, {}, counts);
        return Size{runs.size.width, runs.size.height};
      });
  const RunsView rows = transposed.view();
  const double cost = 5.0 * static_cast<double>(rows.total_counts()) /
                      static_cast<double>(std::max<std::int64_t>(out.height, 1));
  for_ranges(exec, out.height, cost, [&](std::int64_t begin, std::int64_t end) {
    with_unsigned(element_bytes(out.element), [&](auto zero) {
      paint_rows<decltype(zero)>(rows, order, labels, out, begin, end);
    });
  });
}

}  // namespace me::cpu
