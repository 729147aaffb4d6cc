#include "ops/simplify/vanish.h"

#include <algorithm>

namespace me::cpu {

bool is_tiny(const Ring& ring, double distance) {
  if (ring.n == 0) return true;  // there is no first vertex to read
  double low[2] = {ring.xy[0], ring.xy[1]};
  double high[2] = {ring.xy[0], ring.xy[1]};
  for (std::int64_t i = 1; i < ring.n; i++) {
    for (int k = 0; k < 2; k++) {
      low[k] = std::min(low[k], ring.xy[2 * i + k]);
      high[k] = std::max(high[k], ring.xy[2 * i + k]);
    }
  }
  const double x = (low[0] + high[0]) / 2;
  const double y = (low[1] + high[1]) / 2;
  for (std::int64_t i = 0; i < ring.n; i++) {
    const double dx = ring.xy[2 * i] - x;
    const double dy = ring.xy[2 * i + 1] - y;
    if (dx * dx + dy * dy > distance * distance) return false;
  }
  return true;
}

Polygons without(const Polygons& polygons, const Buffer<std::uint8_t>& gone) {
  const PolygonsView all = polygons.view();
  Polygons out;
  for (std::int64_t i = 0; i < all.n; i++) {
    for (std::int64_t p = all.item_offsets[i]; p < all.item_offsets[i + 1]; p++) {
      const std::int64_t first = all.polygon_offsets[p];
      const std::int64_t end = all.polygon_offsets[p + 1];
      const std::int64_t left = std::count(gone.begin() + first, gone.begin() + end, 0);
      if (left == 0 && first < end) continue;
      for (std::int64_t r = first; r < end; r++) {
        if (gone[r] != 0 && r != first) continue;
        const Ring ring = all.ring(r);
        out.coords.append(ring.xy, 2 * ring.n);
        out.end_ring();
      }
      out.end_polygon();
    }
    out.end_item();
  }
  return out;
}

}  // namespace me::cpu
