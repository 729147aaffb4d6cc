// Brush strokes: the pixels that a brush covers as it moves along a line of points.
// Runs on the CPU; those of discs and squares on CUDA, too.
#pragma once
#include <cstdint>

#include "base/queue.h"
#include "geometry/brush.h"
#include "runs/device_runs.h"
#include "runs/runs.h"

namespace me::cpu {

// Points and brush with u = x and v = y. One mask: the union over the segments; a single point is a
// dab.
Runs stroke(const BrushPoint* points, std::int64_t n, Size size, const Brush& brush);

}  // namespace me::cpu

namespace me::cuda {

// The same for points of the host and a disc or a square. Waits once, for the number of runs.
DeviceRuns stroke(const Queue& queue, const BrushPoint* points, std::int64_t n, Size size,
                  BrushShape shape);

}  // namespace me::cuda
