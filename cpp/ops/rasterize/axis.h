// Which way an image is scanned with fewer crossings. Private to rasterize.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/limits.h"
#include "base/tuning.h"
#include "geometry/polygons.h"
#include "runs/runs.h"

namespace me::cpu {

// About how many crossings either way of scanning has, cut to the image.
struct Crossings {
  double columns = 0;
  double rows = 0;
};

inline Crossings count_crossings(const PolygonsView& polygons, std::int64_t item, Size size) {
  const std::int64_t begin = polygons.polygon_offsets[polygons.item_offsets[item]];
  const std::int64_t end = polygons.polygon_offsets[polygons.item_offsets[item + 1]];
  const auto width = static_cast<double>(size.width);
  const auto height = static_cast<double>(size.height);
  Crossings sum;
  for (std::int64_t r = begin; r < end; r++) {
    const Ring ring = polygons.ring(r);
    if (ring.n == 0) continue;
    double x0 = std::min(std::max(ring.xy[2 * ring.n - 2], 0.0), width);
    double y0 = std::min(std::max(ring.xy[2 * ring.n - 1], 0.0), height);
    for (std::int64_t i = 0; i < ring.n; i++) {
      const double x1 = std::min(std::max(ring.xy[2 * i], 0.0), width);
      const double y1 = std::min(std::max(ring.xy[2 * i + 1], 0.0), height);
      sum.columns += std::abs(x1 - x0);
      sum.rows += std::abs(y1 - y0);
      x0 = x1;
      y0 = y1;
    }
  }
  return sum;
}

inline std::int64_t vertices_of(const PolygonsView& polygons, std::int64_t item) {
  return polygons.vertices_before(item + 1) - polygons.vertices_before(item);
}

// Whether scanning rows, and transposing the runs after it, costs less than scanning columns. Never
// for few vertices, where counting would be felt. Not a number gives false.
inline bool rows_are_cheaper(const PolygonsView& polygons, std::int64_t item, Size size) {
  if (vertices_of(polygons, item) < tuning::axis_vertices) return false;
  const Crossings n = count_crossings(polygons, item, size);
  // The runs by columns are at most as many as the crossings: more may pass what transposing takes.
  return n.columns > tuning::axis_crossings && tuning::axis_gain * n.rows < n.columns &&
         n.columns < static_cast<double>(limit_of(Limit::mask_runs)) / 2;
}

}  // namespace me::cpu
