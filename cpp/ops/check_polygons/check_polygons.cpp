#include "ops/check_polygons/check_polygons.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/parallel.h"
#include "geometry/orientation.h"
#include "ops/check_polygons/edge_boxes.h"

namespace me::cpu {
namespace {

bool same_point(const double* a, const double* b) { return a[0] == b[0] && a[1] == b[1]; }

// As orientation(), nearly always without a call.
inline int side(const double* a, const double* b, const double* c) {
  const double left = (b[0] - a[0]) * (c[1] - a[1]);
  const double right = (b[1] - a[1]) * (c[0] - a[0]);
  const double turn = left - right;
  if (std::abs(turn) > 0x1p-50 * (std::abs(left) + std::abs(right))) return turn > 0 ? 1 : -1;
  return orientation(a, b, c);
}

// For a point on the line through a and b: whether it is between them, ends included.
bool between(const double* a, const double* b, const double* p) {
  return std::min(a[0], b[0]) <= p[0] && p[0] <= std::max(a[0], b[0]) &&
         std::min(a[1], b[1]) <= p[1] && p[1] <= std::max(a[1], b[1]);
}

// Whether the edges a b and c d have a point in common, and one such point.
bool meet(const double* a, const double* b, const double* c, const double* d, double* place) {
  const int c_side = side(a, b, c);
  const int d_side = side(a, b, d);
  if (c_side * d_side > 0) return false;
  const int a_side = side(c, d, a);
  const int b_side = side(c, d, b);
  const auto at = [place](const double* p) {
    place[0] = p[0];
    place[1] = p[1];
    return true;
  };
  if (c_side * d_side < 0 && a_side * b_side < 0) {
    const double dx = b[0] - a[0];
    const double dy = b[1] - a[1];
    const double u = (c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0]);
    const double w = dx * (d[1] - c[1]) - dy * (d[0] - c[0]);
    const double t = w != 0 ? std::min(std::max(u / w, 0.0), 1.0) : 0.5;
    place[0] = a[0] + t * dx;
    place[1] = a[1] + t * dy;
    return true;
  }
  if (c_side == 0 && between(a, b, c)) return at(c);
  if (d_side == 0 && between(a, b, d)) return at(d);
  if (a_side == 0 && between(c, d, a)) return at(a);
  if (b_side == 0 && between(c, d, b)) return at(b);
  return false;
}

double length_of(double dx, double dy) {
  const double square = dx * dx + dy * dy;
  return square > 1e-280 && square < 1e300 ? std::sqrt(square) : std::hypot(dx, dy);
}

class RingCheck {
 public:
  // Vertices that are where the one before is, and one that closes the ring, only get flags.
  void run(const Ring& ring, std::int64_t index, std::int64_t most, PolygonChecks& out) {
    std::uint8_t* flags = out.flags.grow(ring.n);
    std::int64_t n = take_vertices(ring, flags);
    measure(n, out);
    for (std::int64_t i = 0; i < n && n > 1; i++) {
      const double* a = point(i > 0 ? i - 1 : n - 1);
      const double* b = point(i);
      const double* c = b + 2;
      if (side(a, b, c) != 0) continue;
      flags[at_[i]] |= between(a, c, b) ? vertex_collinear : vertex_collinear | vertex_spike;
    }
    if (n > 3 && most > 0) find_crossings(n, index, most, out);
  }

 private:
  const double* point(std::int64_t i) const { return xy_.data() + 2 * i; }

  // Those to look at into xy_, the first again at the end; returns their number.
  std::int64_t take_vertices(const Ring& ring, std::uint8_t* flags) {
    xy_.resize(2 * ring.n + 2);
    at_.resize(ring.n);
    std::int64_t n = 0;
    for (std::int64_t i = 0; i < ring.n; i++) {
      const double* p = ring.xy + 2 * i;
      const bool again = i > 0 && same_point(p - 2, p);
      flags[i] = again ? vertex_duplicate : 0;
      xy_[2 * n] = p[0];
      xy_[2 * n + 1] = p[1];
      at_[n] = i;
      n += again ? 0 : 1;
    }
    if (n > 1 && same_point(point(0), point(n - 1))) n--;  // it closes the ring
    if (n > 0) {
      xy_[2 * n] = xy_[0];
      xy_[2 * n + 1] = xy_[1];
    }
    return n;
  }

  void measure(std::int64_t n, PolygonChecks& out) const {
    double area = 0;
    double length = 0;
    for (std::int64_t i = 0; i < n; i++) {
      const double* a = point(i);
      const double* b = a + 2;
      const double* origin = point(0);  // near the ring, so that little cancels
      area += (a[0] - origin[0]) * (b[1] - origin[1]) - (a[1] - origin[1]) * (b[0] - origin[0]);
      length += length_of(b[0] - a[0], b[1] - a[1]);
    }
    out.vertices.push_back(n);
    out.areas.push_back(area / 2);
    out.lengths.push_back(length);
  }

  void find_crossings(std::int64_t n, std::int64_t index, std::int64_t most, PolygonChecks& out) {
    found_.clear();
    boxes_.find(xy_.data(), n, [&](std::int64_t e, std::int64_t f) {
      if (e > f) std::swap(e, f);
      if (e + 1 == f || (e == 0 && f == n - 1)) return true;  // neighbours
      Crossing one{at_[e], at_[f], {}};
      if (meet(point(e), point(e + 1), point(f), point(f + 1), one.place)) found_.push_back(one);
      return found_.size() < most;
    });
    std::sort(found_.begin(), found_.end(), [](const Crossing& a, const Crossing& b) {
      return a.first != b.first ? a.first < b.first : a.second < b.second;
    });
    for (const Crossing& one : found_) {
      const std::int64_t row[3] = {index, one.first, one.second};
      out.crossings.append(row, 3);
      out.places.append(one.place, 2);
    }
  }

  struct Crossing {
    std::int64_t first, second;
    double place[2];
  };

  Buffer<double> xy_;
  Buffer<std::int64_t> at_;
  Buffer<Crossing> found_;
  EdgeBoxes boxes_;
};

}  // namespace

PolygonChecks check_polygons(const PolygonsView& polygons, std::int64_t most, const Exec& exec) {
  const std::int64_t first = polygons.rings_before(0);
  const std::int64_t rings = polygons.rings_before(polygons.n) - first;
  const auto vertices = static_cast<double>(polygons.total_vertices());
  const double cost = rings == 0 ? 0 : 60.0 * vertices / static_cast<double>(rings);
  const std::int64_t chunks = chunk_count(exec, rings, cost);
  std::vector<PolygonChecks> parts(static_cast<std::size_t>(chunks));
  for_chunks(exec, rings, chunks, [&](std::int64_t chunk, std::int64_t begin, std::int64_t end) {
    RingCheck check;
    for (std::int64_t r = begin; r < end; r++) {
      check.run(polygons.ring(first + r), r, most, parts[static_cast<std::size_t>(chunk)]);
    }
  });
  PolygonChecks all = std::move(parts[0]);
  for (std::size_t c = 1; c < parts.size(); c++) {
    const PolygonChecks& part = parts[c];
    all.vertices.append(part.vertices.data(), part.vertices.size());
    all.areas.append(part.areas.data(), part.areas.size());
    all.lengths.append(part.lengths.data(), part.lengths.size());
    all.flags.append(part.flags.data(), part.flags.size());
    all.crossings.append(part.crossings.data(), part.crossings.size());
    all.places.append(part.places.data(), part.places.size());
  }
  return all;
}

}  // namespace me::cpu
