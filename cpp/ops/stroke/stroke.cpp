#include "ops/stroke/stroke.h"

#include <algorithm>
#include <utility>

#include "base/interrupt.h"
#include "runs/span_writer.h"
#include "runs/transposed.h"

namespace me::cpu {
namespace {

// Masks run column by column, so the lines are columns: u and v change places.
BrushPoint turned(const BrushPoint& point) { return {point.v, point.u, point.radius}; }

Brush turned(const Brush& brush, Buffer<SweptBox::Edges>& boxes) {
  for (std::int64_t i = 0; i < brush.n_boxes; i++) {
    const SweptBox::Edges& box = brush.boxes[i];
    boxes.push_back({box.v0, box.u0, box.v1, box.u1});
  }
  Brush result = brush;
  std::swap(result.cos, result.sin);
  result.boxes = boxes.data();
  return result;
}

constexpr std::int64_t most_spans = std::int64_t{1} << 20;  // before they are united
constexpr std::int64_t strip = std::int64_t{1} << 20;       // lines at a time

// Draws with `at(i)` as points, strip by strip, so that memory is bounded by what is drawn.
template <class At>
void draw(At at, std::int64_t n, const Brush& brush, const LineGrid& all, SpanWriter& writer) {
  Buffer<LineSpan> spans;
  const std::int64_t segments = n == 0 ? 0 : std::max<std::int64_t>(n - 1, 1);
  for (std::int64_t first = 0; first < all.lines; first += strip) {
    const LineGrid grid{std::min(first + strip, all.lines), all.length, first};
    spans.truncate(0);
    std::int64_t allowed = most_spans;
    for (std::int64_t i = 0; i < segments; i++) {
      append_segment(at(i), at(std::min(i + 1, n - 1)), brush, grid, spans);
      if (spans.size() > allowed) {
        unite(spans);
        allowed = std::max(most_spans, 2 * spans.size());
      }
      poll(50);
    }
    if (segments > 1 || brush.shape == BrushShape::bitmap) unite(spans);
    for (const LineSpan& span : spans) {
      const std::int64_t base = span.line * all.length;
      writer.add(base + span.begin, base + span.end);
    }
  }
}

// Whether columns are so many and so short that rows are drawn instead, and then turned.
bool is_flat(Size size) {
  return size.width > std::int64_t{1} << 16 && size.width / 64 > size.height;
}

}  // namespace

Runs stroke(const BrushPoint* points, std::int64_t n, Size size, const Brush& brush) {
  Runs runs;
  runs.reserve_items(1);
  if (is_flat(size)) {
    Buffer<std::uint32_t> rows;
    SpanWriter writer(rows);
    draw([points](std::int64_t i) { return points[i]; }, n, brush, {size.height, size.width},
         writer);
    writer.finish(size.area());
    append_transposed({rows.data(), rows.size(), {size.width, size.height}}, {}, runs.counts);
  } else {
    Buffer<SweptBox::Edges> boxes;
    SpanWriter writer(runs.counts);
    draw([points](std::int64_t i) { return turned(points[i]); }, n, turned(brush, boxes),
         {size.width, size.height}, writer);
    writer.finish(size.area());
  }
  runs.end_item(size);
  return runs;
}

}  // namespace me::cpu
