// coverage: polygons -> the share of each pixel's area that they cover. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "geometry/polygons.h"
#include "ops/rasterize/rasterize.h"
#include "runs/runs.h"

namespace me::cpu {

// Fills `out`, N x height x width. The shares of the polygons of an item add up, at most to 1.
// Computed in doubles; what is within 2^-40 of 0 or of 1 is 0 or 1.
void coverage(const PolygonsView& polygons, const Size& size, FillRule fill, float* out,
              const Exec& exec);

}  // namespace me::cpu
