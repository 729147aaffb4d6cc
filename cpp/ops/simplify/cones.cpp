#include "ops/simplify/cones.h"

#include <algorithm>
#include <cmath>

#include "ops/simplify/wedge.h"

namespace me::cpu {
namespace {

using Vector = Direction<double>;

// A look ahead ends where it took this many vertices more than it won, so that time is linear.
constexpr std::int64_t look_ahead = 64;

// The distance is cut by this much for the rounding of the cones.
constexpr double slack = 1e-9;

// In place of lengths of 0 and less where they would divide.
constexpr double least = 1e-300;

// The leftmost of the topmost vertices.
std::int64_t top_vertex(const Path& ring) {
  double tops[2] = {INFINITY, INFINITY};  // of every other, so that one need not wait for the next
  for (std::int64_t i = 0; i + 1 < ring.n; i += 2) {
    tops[0] = std::min(tops[0], ring.xy[2 * i + 1]);
    tops[1] = std::min(tops[1], ring.xy[2 * i + 3]);
  }
  const double top = std::min({tops[0], tops[1], ring.xy[2 * ring.n - 1]});
  std::int64_t first = -1;
  for (std::int64_t i = 0; i < ring.n; i++) {
    if (ring.xy[2 * i + 1] != top) continue;
    if (first < 0 || ring.xy[2 * i] < ring.xy[2 * first]) first = i;
  }
  return first;
}

Vector between(const double* from, const double* to) { return {to[0] - from[0], to[1] - from[1]}; }

}  // namespace

// The last vertex in (from, end] whose edge passes within the distance of all vertices before it.
//
// The first vertex beyond the distance gives the axis ahead; all directions that pass it are less
// than a right angle from that, so that a cone is an interval of slopes. An outline turns as if by
// chance: each step is arithmetic, with branches that nearly always go one way.
std::int64_t ConeWalker::farthest(std::int64_t from, std::int64_t end) const {
  const double* xy = xy_.data();
  const double* anchor = xy + 2 * from;
  const double distance = distance_;
  const double square = distance * distance;
  std::int64_t i = from + 1;
  while (i <= end) {  // what is near the anchor is near any edge from it
    const Vector to = between(anchor, xy + 2 * i);
    if (dot(to, to) > square) break;
    i++;
  }
  if (i > end) return end;
  const Vector axis = between(anchor, xy + 2 * i);
  std::int64_t best = i;
  double longest = dot(axis, axis);
  double low = distance / -std::max(std::sqrt(longest - square), least);
  double high = -low;
  for (i++; i <= end; i++) {
    if (i - best > look_ahead + (best - from)) break;
    const Vector to = between(anchor, xy + 2 * i);
    const double length = dot(to, to);
    if (length <= square) continue;
    const double ahead = dot(axis, to);
    const double aside = cross(axis, to);
    if (ahead <= 0) break;
    // the edge reaches as far as all vertices before: then near its line is near the edge
    const double in = std::min(aside - low * ahead, high * ahead - aside);
    best = std::min(in, length - longest) >= 0 ? i : best;
    longest = std::max(longest, length);
    // the slopes of the tangents at the circle around the vertex; one that turns back is steeper
    // than any
    const double along = std::sqrt(length - square);
    const double low_ahead = ahead * along + aside * distance;
    const double high_ahead = ahead * along - aside * distance;
    const double low_slope =
        (aside * along - ahead * distance) / (low_ahead > least ? low_ahead : least);
    const double high_slope =
        (aside * along + ahead * distance) / (high_ahead > least ? high_ahead : least);
    low = low_slope > low ? low_slope : low;
    high = high_slope < high ? high_slope : high;
    if (low > high) break;
  }
  return best;
}

// Keeps what a walk from `from` to `end` needs, without `end`.
void ConeWalker::walk(std::int64_t from, std::int64_t end) {
  while (from < end) {
    kept_.push_back(from);
    from = farthest(from, end);
  }
}

// Whether the vertices are not all on one line.
bool ConeWalker::has_area() const {
  if (kept_.size() < 3) return false;
  const double* first = xy_.data() + 2 * kept_[0];
  for (std::int64_t i = 1; i + 1 < kept_.size(); i++) {
    if (cross(between(first, xy_.data() + 2 * kept_[i]),
              between(first, xy_.data() + 2 * kept_[i + 1])) != 0) {
      return true;
    }
  }
  return false;
}

// The walk again, over the vertex farthest from the first and the one farthest from their line.
void ConeWalker::keep_triangle(std::int64_t n) {
  const double* first = xy_.data();
  std::int64_t far = 1;
  double most = -1;
  for (std::int64_t i = 1; i < n; i++) {
    const Vector to = between(first, first + 2 * i);
    if (dot(to, to) > most) {
      most = dot(to, to);
      far = i;
    }
  }
  std::int64_t wide = far == 1 ? 2 : 1;
  most = -1;
  for (std::int64_t i = 1; i < n; i++) {
    const double off =
        std::abs(cross(between(first, first + 2 * far), between(first, first + 2 * i)));
    if (i != far && off > most) {
      most = off;
      wide = i;
    }
  }
  kept_.clear();
  walk(0, std::min(far, wide));
  walk(std::min(far, wide), std::max(far, wide));
  walk(std::max(far, wide), n);
}

void ConeWalker::simplify(const Path& ring, double distance, Buffer<double>& coords) {
  if (ring.n <= 3) {
    coords.append(ring.xy, 2 * ring.n);
    return;
  }
  distance_ = distance * (1.0 - slack);
  // from an extreme vertex, which any simplification would keep
  const std::int64_t start = top_vertex(ring);
  xy_.clear();
  xy_.append(ring.xy + 2 * start, 2 * (ring.n - start));
  xy_.append(ring.xy, 2 * start + 2);
  kept_.clear();
  walk(0, ring.n);
  if (!has_area()) keep_triangle(ring.n);
  // the order of the ring: what comes before `start` first
  const auto wrapped = std::lower_bound(kept_.begin(), kept_.end(), ring.n - start);
  for (const std::int64_t* k = wrapped; k != kept_.end(); k++)
    coords.append(xy_.data() + 2 * *k, 2);
  for (const std::int64_t* k = kept_.begin(); k != wrapped; k++) {
    coords.append(xy_.data() + 2 * *k, 2);
  }
}

}  // namespace me::cpu
