// The exact rule said slowly, for polygons with coordinates on multiples of 1/16: what lies right
// of an edge, row by row, in integers.
#pragma once
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "../fuzz/input.h"
#include "geometry/polygons.h"
#include "geometry/target.h"

namespace slow {

constexpr std::int64_t unit = 16;

// How often each pixel's centre is wound around: an edge counts for the centres on it, and right
// of it, from its upper end on and before its lower one.
inline void add_edge(const double* a, const double* b, me::Size size, std::vector<int>& turns) {
  const auto units = [](double v) { return static_cast<std::int64_t>(v * unit); };
  std::int64_t ax = units(a[0]), ay = units(a[1]), bx = units(b[0]), by = units(b[1]);
  int way = 1;
  if (ay > by) {
    std::swap(ax, bx);
    std::swap(ay, by);
    way = -1;
  }
  for (std::int64_t y = 0; y < size.height; y++) {
    const std::int64_t py = y * unit + unit / 2;
    if (!(ay <= py && py < by)) continue;
    for (std::int64_t x = size.width; x > 0; x--) {  // from the right, while the edge is left
      const std::int64_t px = (x - 1) * unit + unit / 2;
      if (ax * (by - ay) + (py - ay) * (bx - ax) > px * (by - ay)) break;
      turns[static_cast<std::size_t>(y * size.width + x - 1)] += way;
    }
  }
}

// The union of the polygons of an item.
inline fuzz::Grid fill(const me::PolygonsView& polygons, std::int64_t item, me::Size size,
                       me::FillRule rule = me::FillRule::even_odd) {
  fuzz::Grid out(size.height, size.width);
  std::vector<int> turns(out.all.size());
  for (std::int64_t p = polygons.item_offsets[item]; p < polygons.item_offsets[item + 1]; p++) {
    turns.assign(out.all.size(), 0);
    for (std::int64_t r = polygons.polygon_offsets[p]; r < polygons.polygon_offsets[p + 1]; r++) {
      const me::Ring ring = polygons.ring(r);
      for (std::int64_t i = 0; i < ring.n; i++) {
        add_edge(ring.xy + 2 * i, ring.xy + 2 * ((i + 1) % ring.n), size, turns);
      }
    }
    for (std::size_t k = 0; k < turns.size(); k++) {
      const bool inside = rule == me::FillRule::even_odd ? turns[k] % 2 != 0 : turns[k] != 0;
      if (inside) out.all[k] = 1;
    }
  }
  return out;
}

// A coordinate up to three pixels outside of [0, side].
inline double place(std::mt19937& random, std::int64_t side) {
  const auto span = static_cast<std::uint32_t>((side + 6) * unit);
  return static_cast<double>(random() % span) / unit - 3;
}

struct Shape {
  std::uint32_t most_polygons, most_rings, most_vertices;
};

inline void add_item(std::mt19937& random, me::Size size, Shape most, me::Polygons& out) {
  for (std::uint32_t p = random() % most.most_polygons; p < most.most_polygons; p++) {
    for (std::uint32_t r = random() % most.most_rings; r < most.most_rings; r++) {
      for (std::uint32_t n = 3 + random() % (most.most_vertices - 2); n > 0; n--) {
        out.coords.push_back(place(random, size.width));
        out.coords.push_back(place(random, size.height));
      }
      out.end_ring();
    }
    out.end_polygon();
  }
  out.end_item();
}

}  // namespace slow
