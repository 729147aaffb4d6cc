// Brush strokes: the pixels that a brush covers as it moves along a line of points.
#pragma once
#include <cstdint>

#include "geometry/capsule.h"
#include "runs/runs.h"

namespace me::cpu {

enum class BrushShape { disc, square, ellipse, bitmap };

struct Brush {
  BrushShape shape = BrushShape::disc;
  double first = 1, second = 1, cos = 1, sin = 0;  // of an ellipse, in (x, y)
  const SweptBox::Edges* boxes = nullptr;          // of a bitmap: its rows of pixels, in (x, y)
  std::int64_t n_boxes = 0;
};

// Points with u = x and v = y. One mask: the union over the segments; a single point is a dab.
Runs stroke(const BrushPoint* points, std::int64_t n, Size size, const Brush& brush);

}  // namespace me::cpu
