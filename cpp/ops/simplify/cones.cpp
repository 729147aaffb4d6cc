#include "ops/simplify/cones.h"

#include <algorithm>
#include <cmath>

#include "base/dispatch.h"
#include "ops/simplify/cones_kernels.h"

namespace me::cpu {
namespace {

struct Vector {
  double x, y;
};

double cross(const Vector& a, const Vector& b) { return a.x * b.y - a.y * b.x; }
double dot(const Vector& a, const Vector& b) { return a.x * b.x + a.y * b.y; }

// The distance is cut by this much for the rounding of the cones.
constexpr double slack = 1e-9;

class Cone {
 public:
  explicit Cone(double slope) : low_(-slope), high_(slope) {}

  static double root(double a) { return std::sqrt(a); }

  bool empty() const { return low_ > high_; }

  bool has(double ahead, double aside, double reach) const {
    return std::min(std::min(aside - low_ * ahead, high_ * ahead - aside), reach) >= 0;
  }

  // By the slopes of the tangents at the circle around the vertex; one that turns back is steeper
  // than any.
  void cut(double ahead, double aside, double along, double distance) {
    const double low_ahead = std::max(ahead * along + aside * distance, kernels::least_length);
    const double high_ahead = std::max(ahead * along - aside * distance, kernels::least_length);
    low_ = std::max(low_, (aside * along - ahead * distance) / low_ahead);
    high_ = std::min(high_, (aside * along + ahead * distance) / high_ahead);
  }

 private:
  double low_, high_;
};

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

// Keeps what a walk from `from` to `end` needs, without `end`.
void ConeWalker::walk(std::int64_t from, std::int64_t end) {
  const auto walk_kernel =
      select(&kernels::walk_cones_scalar, ME_X86(&kernels::walk_cones_avx2), nullptr);
  std::int64_t* kept = kept_.grow(end - from);
  kept = walk_kernel(xy_.data(), from, end, distance_, kept);
  kept_.truncate(kept - kept_.data());
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

namespace me::kernels {

std::int64_t* walk_cones_scalar(const double* xy, std::int64_t from, std::int64_t end,
                                double distance, std::int64_t* kept) {
  return ConeWalk<cpu::Cone>{xy, distance}.walk(from, end, kept);
}

}  // namespace me::kernels
