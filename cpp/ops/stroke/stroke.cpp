#include "ops/stroke/stroke.h"

#include <algorithm>
#include <utility>

#include "runs/span_writer.h"

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

constexpr std::int64_t most_spans = std::int64_t{1} << 22;  // before they are united

}  // namespace

Runs stroke(const BrushPoint* points, std::int64_t n, Size size, const Brush& brush) {
  Buffer<SweptBox::Edges> boxes;
  const Brush by_columns = turned(brush, boxes);
  Buffer<LineSpan> spans;
  const LineGrid grid{size.width, size.height};
  const std::int64_t segments = n == 0 ? 0 : std::max<std::int64_t>(n - 1, 1);
  std::int64_t allowed = most_spans;
  for (std::int64_t i = 0; i < segments; i++) {
    append_segment(turned(points[i]), turned(points[std::min(i + 1, n - 1)]), by_columns, grid,
                   spans);
    if (spans.size() > allowed) {
      unite(spans);
      allowed = std::max(most_spans, 2 * spans.size());
    }
  }
  if (segments > 1 || brush.shape == BrushShape::bitmap) unite(spans);
  Runs runs;
  runs.reserve_items(1);
  runs.counts.reserve(2 * spans.size() + 1);
  SpanWriter writer(runs.counts);
  for (const LineSpan& span : spans) {
    const std::int64_t base = span.line * size.height;
    writer.add(base + span.begin, base + span.end);
  }
  writer.finish(size.area());
  runs.end_item(size);
  return runs;
}

}  // namespace me::cpu
