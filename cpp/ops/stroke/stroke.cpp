#include "ops/stroke/stroke.h"

#include <algorithm>
#include <utility>

#include "runs/span_writer.h"

namespace me::cpu {
namespace {

// Masks run column by column, so the lines are columns: u and v change places.
BrushPoint turned(const BrushPoint& point) { return {point.v, point.u, point.radius}; }

void append_segment(const BrushPoint& from, const BrushPoint& to, const LineGrid& grid,
                    const Brush& brush, Buffer<LineSpan>& spans) {
  const BrushPoint a = turned(from);
  const BrushPoint b = turned(to);
  switch (brush.shape) {
    case BrushShape::disc:
      return append_spans(SweptDisc(a, b), grid, spans);
    case BrushShape::square:
      return append_spans(SweptBox(a, b), grid, spans);
    case BrushShape::ellipse:
      return append_spans(SweptEllipse(a, b, brush.first, brush.second, brush.sin, brush.cos), grid,
                          spans);
    case BrushShape::bitmap:
      for (std::int64_t i = 0; i < brush.n_boxes; i++) {
        const SweptBox::Edges& box = brush.boxes[i];
        append_spans(SweptBox(a, b, {box.v0, box.u0, box.v1, box.u1}), grid, spans);
      }
  }
}

// Unites spans that come in any order.
void unite(Buffer<LineSpan>& spans) {
  std::sort(spans.begin(), spans.end(), [](const LineSpan& a, const LineSpan& b) {
    return a.line != b.line ? a.line < b.line : a.begin < b.begin;
  });
  std::int64_t n = 0;
  for (std::int64_t i = 0; i < spans.size(); i++) {
    const LineSpan span = spans[i];
    if (n > 0 && spans[n - 1].line == span.line && spans[n - 1].end >= span.begin) {
      spans[n - 1].end = std::max(spans[n - 1].end, span.end);
    } else {
      spans[n++] = span;
    }
  }
  spans.truncate(n);
}

constexpr std::int64_t most_spans = std::int64_t{1} << 22;  // before they are united

}  // namespace

Runs stroke(const BrushPoint* points, std::int64_t n, Size size, const Brush& brush) {
  Buffer<LineSpan> spans;
  const LineGrid grid{size.width, size.height};
  const std::int64_t segments = n == 0 ? 0 : std::max<std::int64_t>(n - 1, 1);
  std::int64_t allowed = most_spans;
  for (std::int64_t i = 0; i < segments; i++) {
    append_segment(points[i], points[std::min(i + 1, n - 1)], grid, brush, spans);
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
