// Brush strokes: the pixels that a brush covers as it moves along a line of points.
#pragma once
#include <cstdint>

#include "geometry/brush.h"
#include "runs/runs.h"

namespace me::cpu {

// Points and brush with u = x and v = y. One mask: the union over the segments; a single point is a
// dab.
Runs stroke(const BrushPoint* points, std::int64_t n, Size size, const Brush& brush);

}  // namespace me::cpu
