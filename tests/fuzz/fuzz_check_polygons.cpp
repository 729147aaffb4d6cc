// Polygons with vertices on a small grid: which edges of a ring meet is what trying every pair in
// whole numbers finds, areas are the sums of the shoelace formula, and rings are at odds where
// edges of two cross, and in no way where none of them meet and none lies in another.
#include <algorithm>
#include <cmath>
#include <vector>

#include "expect.h"
#include "input.h"
#include "ops/check_polygons/check_polygons.h"
#include "ops/check_polygons/deviation.h"

namespace {

struct Vertex {
  std::int64_t x, y;
  bool operator==(const Vertex& other) const { return x == other.x && y == other.y; }
};
using Outline = std::vector<Vertex>;

std::int64_t side(const Vertex& a, const Vertex& b, const Vertex& p) {
  const std::int64_t cross = (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
  return cross > 0 ? 1 : cross < 0 ? -1 : 0;
}

bool within(const Vertex& a, const Vertex& b, const Vertex& p) {
  return std::min(a.x, b.x) <= p.x && p.x <= std::max(a.x, b.x) && std::min(a.y, b.y) <= p.y &&
         p.y <= std::max(a.y, b.y);
}

bool meet(const Vertex& a, const Vertex& b, const Vertex& c, const Vertex& d) {
  const std::int64_t abc = side(a, b, c), abd = side(a, b, d), cda = side(c, d, a),
                     cdb = side(c, d, b);
  if (abc != abd && cda != cdb) return true;
  return (abc == 0 && within(a, b, c)) || (abd == 0 && within(a, b, d)) ||
         (cda == 0 && within(c, d, a)) || (cdb == 0 && within(c, d, b));
}

bool cross(const Vertex& a, const Vertex& b, const Vertex& c, const Vertex& d) {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

// Without repeated vertices and the closing one.
Outline distinct(const Outline& given) {
  Outline out;
  for (const Vertex& v : given) {
    if (out.empty() || !(out.back() == v)) out.push_back(v);
  }
  while (out.size() > 1 && out.back() == out.front()) out.pop_back();
  return out;
}

std::int64_t crossings_of(const Outline& ring) {
  std::int64_t n = 0;
  const std::size_t size = ring.size();
  for (std::size_t i = 0; i < size; i++) {
    for (std::size_t j = i + 2; j < size; j++) {
      if (i == 0 && j + 1 == size) continue;  // neighbours
      n += meet(ring[i], ring[i + 1], ring[j], ring[(j + 1) % size]) ? 1 : 0;
    }
  }
  return n;
}

template <class Test>
bool any_pair(const Outline& a, const Outline& b, Test test) {
  for (std::size_t i = 0; i < a.size(); i++) {
    for (std::size_t j = 0; j < b.size(); j++) {
      if (test(a[i], a[(i + 1) % a.size()], b[j], b[(j + 1) % b.size()])) return true;
    }
  }
  return false;
}

// By the columns right of the point that the outline crosses; the point is on no edge.
bool inside(const Outline& ring, const Vertex& p) {
  bool in = false;
  for (std::size_t i = 0; i < ring.size(); i++) {
    const Vertex &a = ring[i], &b = ring[(i + 1) % ring.size()];
    if ((a.y > p.y) == (b.y > p.y)) continue;
    in ^= side(a, b, p) == (b.y > a.y ? 1 : -1);
  }
  return in;
}

void check_rings(const std::vector<Outline>& given, const me::cpu::PolygonChecks& found) {
  std::vector<std::int64_t> wanted(given.size()), counted(given.size());
  for (std::int64_t k = 0; k < found.crossings.size(); k += 3) {
    counted[static_cast<std::size_t>(found.crossings[k])]++;
  }
  for (std::size_t r = 0; r < given.size(); r++) {
    const Outline ring = distinct(given[r]);
    const auto i = static_cast<std::int64_t>(r);
    EXPECT(found.vertices[i] == static_cast<std::int64_t>(ring.size()));
    EXPECT(counted[r] == crossings_of(ring));
    double twice = 0, length = 0;
    for (std::size_t k = 0; k < ring.size(); k++) {
      const Vertex &a = ring[k], &b = ring[(k + 1) % ring.size()];
      twice += double(a.x * b.y - b.x * a.y);
      length += std::hypot(double(b.x - a.x), double(b.y - a.y));
    }
    EXPECT(found.areas[i] == twice / 2 && std::abs(found.lengths[i] - length) < 1e-9);
  }
}

// Of an exterior and a hole.
void check_pair(const Outline& exterior, const Outline& hole, const me::cpu::PolygonChecks& found) {
  std::vector<std::int64_t> kinds;
  for (std::int64_t k = 0; k < found.conflicts.size(); k += 5) kinds.push_back(found.conflicts[k]);
  const auto has = [&](me::cpu::ConflictKind kind) {
    return std::find(kinds.begin(), kinds.end(), static_cast<std::int64_t>(kind)) != kinds.end();
  };
  if (any_pair(exterior, hole, cross)) {
    EXPECT(has(me::cpu::ConflictKind::crossing));
  } else if (!any_pair(exterior, hole, meet) && exterior.size() > 2 && hole.size() > 2) {
    EXPECT(!has(me::cpu::ConflictKind::crossing));
    if (crossings_of(exterior) == 0 && crossings_of(hole) == 0) {
      EXPECT(has(me::cpu::ConflictKind::outside) == !inside(exterior, hole[0]));
    }
  }
}

}  // namespace

// Bytes: the grid, how many vertices, then vertices of two rings.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::int64_t grid = 2 + input.below(40);
  std::vector<Outline> rings(2);
  me::Polygons polygons;
  for (Outline& ring : rings) {
    const std::int64_t n = 3 + input.below(14), left = input.below(grid), top = input.below(grid);
    const std::int64_t reach = 1 + input.below(grid);
    for (std::int64_t k = 0; k < n; k++) {
      ring.push_back({left + input.below(reach + 1), top + input.below(reach + 1)});
      const double xy[2] = {double(ring.back().x), double(ring.back().y)};
      polygons.coords.append(xy, 2);
    }
    polygons.end_ring();
  }
  polygons.end_polygon();
  polygons.end_item();
  const me::cpu::PolygonChecks found =
      me::cpu::check_polygons(polygons.view(), {1 << 20, 1 << 20}, me::Exec{1});
  EXPECT(found.finished[0] == 1);
  check_rings(rings, found);
  check_pair(distinct(rings[0]), distinct(rings[1]), found);
  // nothing is away from itself, and what was moved is away by no more than that
  me::Polygons moved = me::copy_of(polygons.view());
  for (std::int64_t k = 0; k < moved.coords.size(); k += 2) moved.coords[k] += 1.5;
  const me::Buffer<double> none =
      me::cpu::deviation(polygons.view(), polygons.view(), 0.25, me::Exec{1});
  const me::Buffer<double> some =
      me::cpu::deviation(polygons.view(), moved.view(), 0.25, me::Exec{1});
  for (int k = 0; k < 3; k++) {
    EXPECT(none[k] < 1e-9 && some[k] >= 0 && some[k] <= 1.5 + 1e-9 && some[k] <= some[0]);
  }
  return 0;
}
