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

Vector between(const double* from, const double* to) { return {to[0] - from[0], to[1] - from[1]}; }

// The directions from an anchor that pass within a distance of every vertex so far.
class Cone {
 public:
  explicit Cone(double distance) : distance_(distance) {}

  // Whether the direction to a vertex is still allowed.
  bool has(const Vector& to) const { return all_ || in_wedge(right_, to, left_); }

  // Keeps the directions between the two tangents at the circle around a vertex, farther away than
  // the distance. False when nothing is left.
  bool cut(const Vector& to, double square_length) {
    if (all_) {
      set_tangents(to, square_length);
      right_ = right_tangent_;
      left_ = left_tangent_;
      all_ = false;
      return true;
    }
    if (dot(right_, to) <= 0 || dot(left_, to) <= 0) return cut_wide(to, square_length);
    // both sides have length 1, so these are the distances of the vertex from them
    const double from_right = cross(right_, to);
    const double from_left = cross(to, left_);
    if (from_right < -distance_ || from_left < -distance_) return false;
    const bool past_right = from_right > distance_;
    const bool past_left = from_left > distance_;
    if (!past_right && !past_left) return true;
    set_tangents(to, square_length);
    if (past_right) right_ = right_tangent_;
    if (past_left) left_ = left_tangent_;
    return cross(right_, left_) >= 0;
  }

 private:
  void set_tangents(const Vector& to, double square_length) {
    if (distance_ == 0) {  // as it is: then vertices on a line are found without rounding
      right_tangent_ = left_tangent_ = to;
      return;
    }
    const double scale = 1.0 / square_length;
    const double along = std::sqrt(square_length - distance_ * distance_) * scale;
    const double aside = distance_ * scale;
    right_tangent_ = {to.x * along + to.y * aside, to.y * along - to.x * aside};
    left_tangent_ = {to.x * along - to.y * aside, to.y * along + to.x * aside};
  }

  // The same for a vertex at a right angle or more from a side; two wedges of less than half a turn
  // have at most one stretch in common.
  bool cut_wide(const Vector& to, double square_length) {
    set_tangents(to, square_length);
    const bool left_inside = in_wedge(right_, left_tangent_, left_);
    const bool right_inside = in_wedge(right_, right_tangent_, left_);
    if (!left_inside && !in_wedge(right_tangent_, left_, left_tangent_)) return false;
    if (!right_inside && !in_wedge(right_tangent_, right_, left_tangent_)) return false;
    if (left_inside) left_ = left_tangent_;
    if (right_inside) right_ = right_tangent_;
    return true;
  }

  double distance_;
  bool all_ = true;
  Vector right_{}, left_{};
  Vector right_tangent_{}, left_tangent_{};
};

}  // namespace

// The last vertex in (from, end] whose edge passes within the distance of all vertices before it.
std::int64_t ConeWalker::farthest(std::int64_t from, std::int64_t end) const {
  const double* anchor = xy_.data() + 2 * from;
  const double square = distance_ * distance_;
  Cone cone(distance_);
  double longest = 0;  // of the vertices that are not near the anchor, squared
  std::int64_t best = from + 1;
  for (std::int64_t i = from + 1; i <= end; i++) {
    const Vector to = between(anchor, xy_.data() + 2 * i);
    const double length = dot(to, to);
    // the edge reaches as far as all vertices before: then near its line is near the edge
    if (length >= longest && cone.has(to)) best = i;
    if (length > square) {
      longest = std::max(longest, length);
      if (!cone.cut(to, length)) break;
    }
    if (i - best > look_ahead + (best - from)) break;
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

bool ConeWalker::has_area() const {
  if (kept_.size() < 3) return false;
  const double* first = xy_.data() + 2 * kept_[0];
  double area = 0;
  for (std::int64_t i = 1; i + 1 < kept_.size(); i++) {
    area += cross(between(first, xy_.data() + 2 * kept_[i]),
                  between(first, xy_.data() + 2 * kept_[i + 1]));
  }
  return area != 0;
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
  std::int64_t start = 0;
  for (std::int64_t i = 1; i < ring.n; i++) {
    const double* at = ring.xy + 2 * i;
    const double* top = ring.xy + 2 * start;
    if (at[1] < top[1] || (at[1] == top[1] && at[0] < top[0])) start = i;
  }
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
