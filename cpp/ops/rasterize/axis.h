// Which way an image is scanned with fewer crossings. Private to rasterize.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/tuning.h"
#include "geometry/polygons.h"
#include "runs/runs.h"

namespace me::cpu {

// Whether scanning rows, and transposing the runs after it, costs less than scanning columns. Never
// for few vertices, where counting would be felt. Not a number gives false.
inline bool rows_are_cheaper(const PolygonsView& polygons, std::int64_t item, Size size) {
  const std::int64_t begin = polygons.polygon_offsets[polygons.item_offsets[item]];
  const std::int64_t end = polygons.polygon_offsets[polygons.item_offsets[item + 1]];
  if (polygons.ring_offsets[end] - polygons.ring_offsets[begin] < 256) return false;
  const auto width = static_cast<double>(size.width);
  const auto height = static_cast<double>(size.height);
  double columns = 0;
  double rows = 0;
  for (std::int64_t r = begin; r < end; r++) {
    const Ring ring = polygons.ring(r);
    if (ring.n == 0) continue;
    double x0 = std::min(std::max(ring.xy[2 * ring.n - 2], 0.0), width);
    double y0 = std::min(std::max(ring.xy[2 * ring.n - 1], 0.0), height);
    for (std::int64_t i = 0; i < ring.n; i++) {
      const double x1 = std::min(std::max(ring.xy[2 * i], 0.0), width);
      const double y1 = std::min(std::max(ring.xy[2 * i + 1], 0.0), height);
      columns += std::abs(x1 - x0);
      rows += std::abs(y1 - y0);
      x0 = x1;
      y0 = y1;
    }
  }
  // The runs by columns are at most as many as the crossings: more may pass what transposing takes.
  return columns > 4096 && 2 * rows < columns &&
         columns < static_cast<double>(tuning::max_mask_runs) / 2;
}

}  // namespace me::cpu
