#include "ops/bbox/bbox.h"

#include <algorithm>

#include "base/dispatch.h"
#include "base/parallel.h"
#include "ops/bbox/bbox_kernels.h"

namespace me::cpu {
namespace {

struct Box {
  std::int64_t left = 0, top = 0, right = 0, bottom = 0;
};

// Rows of the foreground. Only the row within the column is followed, an addition, a wrap and an
// addition per pair of runs; columns follow from the first and the last foreground pixel.
void rows_of(const RunList& runs, Box& box) {
  const std::int64_t height = runs.size.height;
  std::int64_t top = height;
  std::int64_t bottom = 0;
  std::int64_t y = 0;  // in [0, height], where height stands for row 0 of the next column
  for (std::int64_t i = 0; i + 1 < runs.n; i += 2) {
    if (i % 128 == 0 && top == 0 && bottom == height) break;  // it cannot grow any more
    const std::int64_t gap = runs.counts[i];
    const std::int64_t length = runs.counts[i + 1];
    std::int64_t begin = y + gap;
    begin -= begin >= height ? height : 0;
    if (begin >= height) begin %= height;
    const std::int64_t end = begin + length;
    if (end > height) {  // on into the next column: its last row and the next one's first
      box.top = 0;
      box.bottom = height;
      return;
    }
    top = std::min(top, length != 0 ? begin : top);
    bottom = std::max(bottom, length != 0 ? end : bottom);
    y = end;
  }
  box.top = top;
  box.bottom = bottom;
}

// In 32 bits where they suffice: that takes half as long.
std::int64_t divided(std::int64_t position, std::int64_t height) {
  if (static_cast<std::uint64_t>(position | height) <= UINT32_MAX) {
    return static_cast<std::uint32_t>(position) / static_cast<std::uint32_t>(height);
  }
  return position / height;
}

Box box_of(const RunList& runs, kernels::FindRows find_rows) {
  std::int64_t first = 0;  // the first foreground run, and the pixels before it
  std::int64_t before = 0;
  for (; first + 1 < runs.n; first += 2) {
    before += runs.counts[first];
    if (runs.counts[first + 1] != 0) break;
  }
  if (first + 1 >= runs.n || runs.size.height == 0) return {};
  // One past the last foreground run, and the pixels after it. Whether the last run is background
  // is hard to foresee, so its pixels are read in any case.
  std::int64_t last = runs.n & ~std::int64_t{1};
  std::int64_t after = runs.counts[runs.n - 1] & -(runs.n & 1);
  while (last > first + 2 && runs.counts[last - 1] == 0) {
    last -= 2;
    after += runs.counts[last];
  }
  const std::int64_t height = runs.size.height;
  const std::int64_t left = divided(before, height);
  const std::int64_t right = divided(runs.size.area() - after - 1, height) + 1;
  if (find_rows != nullptr && runs.size.area() <= kernels::row_range_area) {
    const kernels::RowRange rows = find_rows(runs.counts, last, static_cast<std::uint32_t>(height));
    if (rows.bottom != 0) return {left, rows.top, right, rows.bottom};
  }
  Box box{left, 0, right, 0};
  rows_of({runs.counts, last, runs.size}, box);
  return box;
}

}  // namespace

void bbox(const RunsView& masks, bool xywh, std::int64_t* boxes, const Exec& exec) {
  const double runs_each = masks.n == 0 ? 0.0 : double(masks.total_counts()) / double(masks.n);
  const auto find_rows =
      select<kernels::FindRows>(nullptr, ME_X86(&kernels::find_rows_avx2), nullptr);
  const auto find_boxes =
      select<kernels::FindBoxes>(nullptr, nullptr, ME_X86(&kernels::find_boxes_avx512));
  for_ranges(exec, masks.n, 6.0 + 0.5 * runs_each, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      if (find_boxes != nullptr) {
        i = find_boxes({masks.counts, masks.offsets, masks.sizes}, i, end, masks.offsets[masks.n],
                       xywh, boxes);
        if (i == end) break;
      }
      const Box box = box_of(masks[i], find_rows);
      std::int64_t* out = boxes + 4 * i;
      out[0] = box.left;
      out[1] = box.top;
      out[2] = box.right - (xywh ? box.left : 0);
      out[3] = box.bottom - (xywh ? box.top : 0);
    }
  });
}

}  // namespace me::cpu
