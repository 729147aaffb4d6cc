#include "geometry/coco_rule.h"

#include <algorithm>
#include <cmath>

namespace me::cpu {
namespace {

constexpr double near_limit = 2147483648.0;  // what the peer's int holds
constexpr double far_limit = 1e300;          // 5 x must stay finite

// First and last column k whose centre, between u = 5k+2 and u = 5k+3, lies in [low, high].
struct ColumnRange {
  std::int64_t first, last;
};

ColumnRange crossed(std::int64_t low, std::int64_t high, std::int64_t width) {
  return {low <= 2 ? 0 : (low + 2) / 5, std::min(high < 3 ? -1 : (high - 3) / 5, width - 1)};
}

// The same for numbers of any size.
ColumnRange crossed(double low, double high, std::int64_t width) {
  const double beyond = 5.0 * static_cast<double>(width) + 5.0;
  return crossed(static_cast<std::int64_t>(std::min(std::max(0.0, low), beyond)),
                 static_cast<std::int64_t>(std::min(std::max(0.0, high), beyond)), width);
}

// a * b - c * d with one rounding error of the result, not of the products.
double difference_of_products(double a, double b, double c, double d) {
  const double product = c * d;
  return std::fma(a, b, -product) - std::fma(c, d, -product);
}

// Up to here a steep edge's crossing in doubles is right wherever it is not doubtful.
constexpr std::int32_t small = 1 << 18;
static_assert(kernels::slot_reach <= small, "the kernels follow steep edges in doubles");

// Columns whose slots stay in the processor's cache.
constexpr std::int64_t most_columns = 8192;

// From so many vertices on it is worth asking whether their edges are dense.
constexpr std::int64_t many_vertices = 64;

// Whether n columns are likely to have more crossings than their slots hold.
bool is_dense(const double* u, std::int64_t vertices, std::int64_t n) {
  double far = 0;
  for (std::int64_t i = 1; i < vertices; i++) far += std::abs(u[i] - u[i - 1]);
  return far > 5.0 * static_cast<double>(kernels::slot_rows / 2 * n);
}

}  // namespace

// Without branches on the direction of the edge, or on whether it crosses a column at all, which
// cannot be predicted: the edge is written where the next one goes, and kept or not. Gives 1 where
// it is kept.
std::int64_t CocoRule::put_near(std::int32_t a_u, std::int32_t a_v, std::int32_t b_u,
                                std::int32_t b_v, std::int64_t width, Edge* to) {
  const auto [first, last] =
      crossed(std::int64_t{std::min(a_u, b_u)}, std::int64_t{std::max(a_u, b_u)}, width);
  const std::int64_t du = std::int64_t{b_u} - a_u;
  const std::int64_t dv = std::int64_t{b_v} - a_v;
  const std::int64_t steep = std::abs(du) < std::abs(dv) ? 1 : 0;
  const std::int64_t swapped = (steep != 0 ? dv : du) < 0 ? 1 : 0;
  const std::int64_t u0 = a_u + swapped * du;
  const std::int64_t v0 = a_v + swapped * dv;
  // A flat edge passes at the smaller of the steps at u and u + 1; rounding is monotone, so the
  // slope says which. A steep one is followed to u + 1/2.
  const std::int64_t falls_back = (du ^ dv) < 0 ? 2 : 0;
  const std::int64_t halves_back = steep != 0 ? 1 : falls_back;
  const auto along = static_cast<double>(du);
  const auto down = static_cast<double>(dv);
  const auto largest = std::max({std::abs(std::int64_t{a_u}), std::abs(std::int64_t{a_v}),
                                 std::abs(std::int64_t{b_u}), std::abs(std::int64_t{b_v})});
  // an edge that is not kept may be a point: its quotients are no numbers, and not used
  *to = {static_cast<std::int32_t>(first),
         static_cast<std::int32_t>(last),
         steep == 0         ? Kind::flat
         : largest <= small ? Kind::steep
                            : Kind::large_steep,
         {static_cast<double>(v0), down / along,
          static_cast<double>(u0) - 0.5 * static_cast<double>(halves_back), along / down, steep},
         std::abs(down)};
  return first <= last ? 1 : 0;
}

// The line as v = v0 + slope * u with v0 at u = 0: exact near the image however far its ends are.
void CocoRule::add_far(double u0, double v0, double u1, double v1, std::int64_t width) {
  const auto [first, last] = crossed(std::min(u0, u1), std::max(u0, u1), width);
  if (first > last) return;
  const double largest = std::max({std::abs(u0), std::abs(v0), std::abs(u1), std::abs(v1)});
  const double scale = largest > 1e100 ? 0x1p-700 : 1.0;  // products stay finite
  if (u0 > u1) {
    std::swap(u0, u1);
    std::swap(v0, v1);
  }
  const bool flat = u1 - u0 >= std::abs(v1 - v0);
  const double slope = (v1 * scale - v0 * scale) / (u1 * scale - u0 * scale);
  const double at_zero = difference_of_products(v0 * scale, u1 * scale, v1 * scale, u0 * scale) /
                         (u1 * scale - u0 * scale) / scale;
  edges_.push_back({static_cast<std::int32_t>(first),
                    static_cast<std::int32_t>(last),
                    flat ? Kind::flat : Kind::far_steep,
                    {at_zero, slope, flat && slope < 0 ? -1.0 : 0.0, 0, 0},
                    0});
}

bool CocoRule::collect(const Target& target) {
  const auto* const take =
      select<const kernels::CocoKernels*>(nullptr, ME_X86(&kernels::coco_avx2), nullptr);
  if (take == nullptr || target.size.height >= kernels::slot_reach) return false;
  std::int64_t room = 0;
  for (std::int64_t r = target.first_ring(); r < target.last_ring(); r++) {
    room += kernels::padded_edges(target.polygons.ring(r).n) + 1;
  }
  u_.resize(room);
  v_.resize(room);
  double low = kernels::slot_reach;
  double high = -low;
  std::int64_t at = 0;
  for (std::int64_t r = target.first_ring(); r < target.last_ring(); r++) {
    const Ring ring = target.polygons.ring(r);
    if (ring.n == 0) continue;
    if (!take->snap(ring.xy, ring.n, u_.data() + at, v_.data() + at, &low, &high)) {
      return false;
    }
    at += kernels::padded_edges(ring.n) + 1;
  }
  const auto [first, last] = crossed(low, high, target.size.width);
  const std::int64_t n = std::max<std::int64_t>(last + 1 - first, 0);
  if (n > most_columns || (at > many_vertices && is_dense(u_.data(), at, n))) return false;
  counts_.resize(n + kernels::slot_padding);
  rows_.resize(kernels::slot_rows * counts_.size());
  std::fill(counts_.begin(), counts_.end(), 0);
  slots_ = {first, n, 5.0 * static_cast<double>(target.size.height) + 2.0, counts_.data(),
            rows_.data()};
  total_ = 0;
  if (n == 0) return true;
  at = 0;
  for (std::int64_t r = target.first_ring(); r < target.last_ring(); r++) {
    const std::int64_t edges = kernels::padded_edges(target.polygons.ring(r).n);
    if (edges == 0) continue;
    take->cross(u_.data() + at, v_.data() + at, edges, slots_);
    at += edges + 1;
  }
  std::uint32_t any = 0;  // all counts in one: they are below a power of two if it is
  for (std::int64_t c = 0; c < n; c++) {
    total_ += counts_[c];
    any |= counts_[c];
  }
  return any < kernels::slot_rows;
}

void CocoRule::add_ring(const Target& target, std::int64_t ring_index) {
  const Ring ring = target.polygons.ring(ring_index);
  const std::int64_t width = target.size.width;
  const auto is_near = [](double u, double v) {
    return std::abs(u) < near_limit && std::abs(v) < near_limit;
  };
  const auto scaled = [&](std::int64_t i) { return 5.0 * ring.xy[i] + 0.5; };
  const auto whole = [](double value) { return static_cast<std::int32_t>(value); };  // toward 0
  if (ring.n == 0) return;
  double a_u = scaled(2 * ring.n - 2);
  double a_v = scaled(2 * ring.n - 1);
  edges_.grow(ring.n);  // more than a reserve(): a polygon may have very many rings
  edges_.truncate(edges_.size() - ring.n);
  for (std::int64_t i = 0; i < ring.n; i++) {
    const double b_u = scaled(2 * i);
    const double b_v = scaled(2 * i + 1);
    if (is_near(a_u, a_v) && is_near(b_u, b_v)) {
      const std::int64_t size = edges_.size();
      edges_.truncate(size + put_near(whole(a_u), whole(a_v), whole(b_u), whole(b_v), width,
                                      edges_.data() + size));
    } else {
      for (const std::int64_t k : {2 * i, 2 * i + 1}) {
        if (!(std::abs(ring.xy[k]) <= far_limit)) target.refuse(ring_index, ring.xy[k], far_limit);
      }
      add_far(std::trunc(a_u), std::trunc(a_v), std::trunc(b_u), std::trunc(b_v), width);
    }
    a_u = b_u;
    a_v = b_v;
  }
}

// The row below step v of a digitised edge: ceil((v + 0.5) / 5 - 0.5) within [0, height], where
// bottom = 5 * height + 2. NaN gives 0.
static std::uint32_t row_of(double v, double bottom) {
  v = v > 0 ? v : 0;
  v = v < bottom ? v : bottom;
  return static_cast<std::uint32_t>((static_cast<std::int64_t>(v) + 2) / 5);
}

void CocoRule::find_rows(const Edge& edge, double bottom, std::int64_t begin, std::int64_t end) {
  const std::int64_t n = end - begin;
  scratch_.rows.resize(n + kernels::line_padding);
  std::uint32_t* rows = scratch_.rows.data();
  const auto& [v0, slope, origin, across, steep] = edge.line;
  if (edge.kind <= Kind::steep && bottom < near_limit) {
    kernels_.walk(edge.line, {5.0, 2.0, bottom, 2.5, 0.2}, begin, n, rows);
    return;
  }
  double u = 5.0 * static_cast<double>(begin) + 2.0;
  if (edge.kind == Kind::flat) {
    for (std::int64_t i = 0; i < n; i++, u += 5.0) {
      rows[i] = row_of((v0 + slope * (u - origin)) + 0.5, bottom);
    }
  } else if (edge.kind == Kind::far_steep) {
    for (std::int64_t i = 0; i < n; i++, u += 5.0) {
      const double v = v0 + slope * (u + 0.5);
      rows[i] = row_of(slope > 0 ? std::ceil(v) - 1.0 : std::floor(v), bottom);
    }
  } else {
    // The last step before the edge has passed u + 1/2, found from the slope and then made sure of
    // in the peer's own arithmetic.
    const bool rises = across > 0;
    for (std::int64_t i = 0; i < n; i++, u += 5.0) {
      const auto passed = [&, du = across, start = origin + 0.5](double step) {
        return ((start + du * step) + 0.5 >= u + 1) == rises;
      };
      const auto guess = static_cast<std::int64_t>((u - origin) * slope);
      double step = std::min(std::max(static_cast<double>(guess) + 1.0, 1.0), edge.steps);
      while (step > 1.0 && passed(step - 1.0)) step -= 1.0;
      while (step < edge.steps && !passed(step)) step += 1.0;
      rows[i] = row_of(v0 + step - 1.0, bottom);
    }
  }
}

void CocoRule::add_rings(const Target& target) {
  edges_.clear();
  kernels_ = line_kernels();
  for (std::int64_t r = target.first_ring(); r < target.last_ring(); r++) add_ring(target, r);
}

}  // namespace me::cpu
