// Brush strokes: the pixels that a brush covers as it moves along a line of points.
// Runs on the CPU and on CUDA.
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

// The same, the mask in device memory; points and brush are of the host. Waits once, for the number
// of runs.
DeviceRuns stroke(const Queue& queue, const BrushPoint* points, std::int64_t n, Size size,
                  const Brush& brush);

}  // namespace me::cuda
