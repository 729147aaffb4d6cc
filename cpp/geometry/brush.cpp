#include "geometry/brush.h"

#include <algorithm>

#include "geometry/capsule_spans.h"

namespace me {

void append_segment(const BrushPoint& a, const BrushPoint& b, const Brush& brush,
                    const LineGrid& grid, Buffer<LineSpan>& spans) {
  switch (brush.shape) {
    case BrushShape::disc:
      return append_spans(SweptDisc(a, b), grid, spans);
    case BrushShape::square:
      return append_spans(SweptBox(a, b), grid, spans);
    case BrushShape::ellipse:
      return append_spans(SweptEllipse(a, b, brush.first, brush.second, brush.cos, brush.sin), grid,
                          spans);
    case BrushShape::bitmap:
      for (std::int64_t i = 0; i < brush.n_boxes; i++) {
        append_spans(SweptBox(a, b, brush.boxes[i]), grid, spans);
      }
  }
}

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

}  // namespace me
