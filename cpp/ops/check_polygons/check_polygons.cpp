#include "ops/check_polygons/check_polygons.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/parallel.h"
#include "base/sort_polling.h"
#include "ops/check_polygons/edge_boxes.h"
#include "ops/check_polygons/edges_meet.h"
#include "ops/check_polygons/ring_pairs.h"

namespace me::cpu {
namespace {

double length_of(double dx, double dy) {
  const double square = dx * dx + dy * dy;
  return square > 1e-280 && square < 1e300 ? std::sqrt(square) : std::hypot(dx, dy);
}

class RingCheck {
 public:
  // Vertices that are where the one before is, and one that closes the ring, only get flags.
  // False when a limit ended the search for crossings.
  bool run(const Ring& ring, std::int64_t index, const Limits& limits, PolygonChecks& out) {
    poll(60.0 * static_cast<double>(ring.n));
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
    return n <= 3 || limits.crossings == 0 || find_crossings(n, index, limits, out);
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

  bool find_crossings(std::int64_t n, std::int64_t index, const Limits& limits,
                      PolygonChecks& out) {
    found_.clear();
    std::int64_t work = limits.pairs;
    const bool finished =
        boxes_.find(xy_.data(), nullptr, n, work, [&](std::int64_t e, std::int64_t f) {
          if (e > f) std::swap(e, f);
          if (e + 1 == f || (e == 0 && f == n - 1)) return true;  // neighbours
          Crossing one{at_[e], at_[f], {}};
          if (meet(point(e), point(e + 1), point(f), point(f + 1), one.place))
            found_.push_back(one);
          return found_.size() < limits.crossings;
        });
    sort_polling(found_.begin(), found_.end(), [](const Crossing& a, const Crossing& b) {
      return a.first != b.first ? a.first < b.first : a.second < b.second;
    });
    for (const Crossing& one : found_) {
      const std::int64_t row[3] = {index, one.first, one.second};
      out.crossings.append(row, 3);
      out.places.append(one.place, 2);
    }
    return finished && found_.size() < limits.crossings;
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

// What the threads found, one after the other.
void join(PolygonChecks& to, const PolygonChecks& from) {
  const auto append = [](auto& all, const auto& part) { all.append(part.data(), part.size()); };
  append(to.vertices, from.vertices);
  append(to.areas, from.areas);
  append(to.lengths, from.lengths);
  append(to.flags, from.flags);
  append(to.crossings, from.crossings);
  append(to.places, from.places);
  append(to.conflicts, from.conflicts);
  append(to.conflict_places, from.conflict_places);
}

// make(begin, end, part) for stretches of [0, n), on several threads.
template <class Make>
PolygonChecks collect_checks(const Exec& exec, std::int64_t n, double cost, Make make) {
  const std::int64_t chunks = chunk_count(exec, n, cost);
  std::vector<PolygonChecks> parts(static_cast<std::size_t>(chunks));
  for_chunks(exec, n, chunks, [&](std::int64_t chunk, std::int64_t begin, std::int64_t end) {
    make(begin, end, parts[static_cast<std::size_t>(chunk)]);
  });
  PolygonChecks all = std::move(parts[0]);
  for (std::size_t c = 1; c < parts.size(); c++) join(all, parts[c]);
  return all;
}

}  // namespace

PolygonChecks check_polygons(const PolygonsView& polygons, const Limits& limits, const Exec& exec) {
  const std::int64_t first = polygons.rings_before(0);
  const std::int64_t rings = polygons.rings_before(polygons.n) - first;
  const auto vertices = static_cast<double>(polygons.total_vertices());
  Buffer<std::uint8_t> ring_finished(rings);
  PolygonChecks all = collect_checks(
      exec, rings, rings == 0 ? 0 : 60.0 * vertices / static_cast<double>(rings),
      [&](std::int64_t begin, std::int64_t end, PolygonChecks& out) {
        RingCheck check;
        for (std::int64_t r = begin; r < end; r++) {
          ring_finished[r] = check.run(polygons.ring(first + r), r, limits, out) ? 1 : 0;
        }
      });
  Buffer<std::uint8_t> finished(polygons.n);
  join(all, collect_checks(exec, polygons.n,
                           polygons.n == 0 ? 0 : 80.0 * vertices / static_cast<double>(polygons.n),
                           [&](std::int64_t begin, std::int64_t end, PolygonChecks& out) {
                             RingPairs pairs;
                             for (std::int64_t i = begin; i < end; i++) {
                               bool done = pairs.run(polygons, i, limits, out);
                               const std::int64_t last = polygons.rings_before(i + 1) - first;
                               for (std::int64_t r = polygons.rings_before(i) - first; r < last;
                                    r++) {
                                 done = done && ring_finished[r] != 0;
                               }
                               finished[i] = done ? 1 : 0;
                             }
                           }));
  all.finished = std::move(finished);
  return all;
}

}  // namespace me::cpu
