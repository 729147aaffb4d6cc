// The brushes that move along a line of points, in whichever direction the lines of pixels run.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "geometry/capsule.h"

namespace me {

enum class BrushShape { disc, square, ellipse, bitmap };

struct Brush {
  BrushShape shape = BrushShape::disc;
  double first = 1, second = 1, cos = 1, sin = 0;  // of an ellipse, in (u, v)
  const SweptBox::Edges* boxes = nullptr;          // of a bitmap: its rows of pixels, in (u, v)
  std::int64_t n_boxes = 0;
};

// Appends what the brush covers from a to b: in order of the lines, one span on each; a bitmap in
// no order.
void append_segment(const BrushPoint& a, const BrushPoint& b, const Brush& brush,
                    const LineGrid& grid, Buffer<LineSpan>& spans);

// Unites spans that come in any order: maximal ones, in order.
void unite(Buffer<LineSpan>& spans);

}  // namespace me
