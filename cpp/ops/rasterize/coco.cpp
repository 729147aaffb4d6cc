#include "ops/rasterize/coco.h"

#include <algorithm>
#include <cmath>

#include "runs/toggles.h"

namespace me::cpu {
namespace {

constexpr double near_limit = 2147483648.0;  // what the peer's int holds
constexpr double far_limit = 1e300;          // 5 x must stay finite

// First and last column k whose centre, between u = 5k+2 and u = 5k+3, lies in [low, high].
struct ColumnRange {
  std::int64_t first, last;
};

ColumnRange crossed(double low, double high, std::int64_t width) {
  const double beyond = 5.0 * static_cast<double>(width) + 5.0;
  const auto from = static_cast<std::int64_t>(std::min(std::max(low, 0.0), beyond));
  const auto to = static_cast<std::int64_t>(std::min(std::max(high, 0.0), beyond));
  return {from <= 2 ? 0 : (from + 2) / 5, std::min(to < 3 ? -1 : (to - 3) / 5, width - 1)};
}

// a * b - c * d with one rounding error of the result, not of the products.
double difference_of_products(double a, double b, double c, double d) {
  const double product = c * d;
  return std::fma(a, b, -product) - std::fma(c, d, -product);
}

}  // namespace

void CocoRule::add_near(double u0, double v0, double u1, double v1, std::int64_t width) {
  const double du = std::abs(u1 - u0);
  const double dv = std::abs(v1 - v0);
  const bool flat = du >= dv;
  const auto [first, last] = crossed(std::min(u0, u1), std::max(u0, u1), width);
  if (first > last) return;
  if (flat ? u0 > u1 : v0 > v1) {
    std::swap(u0, u1);
    std::swap(v0, v1);
  }
  const auto from = static_cast<std::int32_t>(first);
  const auto to = static_cast<std::int32_t>(last);
  if (flat) {
    edges_.push_back({from, to, Kind::flat, u0, v0, (v1 - v0) / du, 0, 0});
  } else {
    const double slope = (u1 - u0) / dv;
    edges_.push_back({from, to, Kind::steep, u0, v0, slope, 1 / slope, dv});
  }
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
  edges_.push_back({static_cast<std::int32_t>(first), static_cast<std::int32_t>(last),
                    flat ? Kind::flat : Kind::far_steep, 0, at_zero, slope, 0, 0});
}

void CocoRule::add_ring(const Target& target, std::int64_t ring_index) {
  const Ring ring = target.polygons.ring(ring_index);
  const std::int64_t width = target.size.width;
  const auto snapped = [&](std::int64_t i) {
    const double scaled = 5.0 * ring.xy[i] + 0.5;
    if (std::abs(scaled) < near_limit) {
      return static_cast<double>(static_cast<std::int32_t>(scaled));  // toward zero
    }
    if (!(std::abs(ring.xy[i]) <= far_limit)) target.refuse(ring_index, ring.xy[i], far_limit);
    return std::trunc(scaled);
  };
  if (ring.n == 0) return;
  double u0 = snapped(2 * ring.n - 2);
  double v0 = snapped(2 * ring.n - 1);
  for (std::int64_t i = 0; i < ring.n; i++) {
    const double u1 = snapped(2 * i);
    const double v1 = snapped(2 * i + 1);
    if (u0 != u1) {
      const double largest = std::max({std::abs(u0), std::abs(v0), std::abs(u1), std::abs(v1)});
      if (largest < near_limit) {
        add_near(u0, v0, u1, v1, width);
      } else {
        add_far(u0, v0, u1, v1, width);
      }
    }
    u0 = u1;
    v0 = v1;
  }
}

// The row below step v of a digitised edge: ceil((v + 0.5) / 5 - 0.5) within [0, height], where
// bottom = 5 * height + 2. NaN gives 0.
static std::uint32_t row_of(double v, double bottom) {
  v = v > 0 ? v : 0;
  v = v < bottom ? v : bottom;
  return static_cast<std::uint32_t>((static_cast<std::int64_t>(v) + 2) / 5);
}

void CocoRule::write(const Edge& edge, double bottom, std::int64_t begin, std::int64_t end,
                     std::uint32_t* next, std::uint32_t* keys) {
  const double slope = edge.slope;
  double u = 5.0 * static_cast<double>(begin) + 2.0;
  if (edge.kind == Kind::flat) {
    // The smaller of the steps at u and u + 1; rounding is monotone, so the slope says which.
    const double shift = slope < 0 ? 1.0 : 0.0;
    for (std::int64_t c = begin; c < end; c++, u += 5.0) {
      const double v = edge.v0 + slope * (u - edge.u0 + shift) + 0.5;
      keys[(*next++)++] = row_of(v, bottom);
    }
  } else if (edge.kind == Kind::steep) {
    // The last step before the edge has passed u + 1/2, found from the inverse and then made sure
    // of in the peer's own arithmetic.
    const bool rises = slope > 0;
    const auto passed = [&](double step) {
      return (edge.u0 + slope * step + 0.5 >= u + 1.0) == rises;
    };
    for (std::int64_t c = begin; c < end; c++, u += 5.0) {
      const double guess = (u + 0.5 - edge.u0) * edge.inverse;
      auto step = static_cast<double>(static_cast<std::int64_t>(guess)) + 1.0;
      step = std::min(std::max(step, 1.0), edge.steps);
      while (step > 1.0 && passed(step - 1.0)) step -= 1.0;
      while (step < edge.steps && !passed(step)) step += 1.0;
      keys[(*next++)++] = row_of(edge.v0 + step - 1.0, bottom);
    }
  } else {
    for (std::int64_t c = begin; c < end; c++, u += 5.0) {
      const double v = edge.v0 + slope * (u + 0.5);
      const double last = slope > 0 ? std::ceil(v) - 1.0 : std::floor(v);
      keys[(*next++)++] = row_of(last, bottom);
    }
  }
}

template <class Sink>
void CocoRule::fill(const Target& target, Sink& sink) {
  edges_.clear();
  for (std::int64_t r = target.first_ring(); r < target.last_ring(); r++) add_ring(target, r);
  const std::int64_t height = target.size.height;
  const double bottom = 5.0 * static_cast<double>(height) + 2.0;
  sweep_columns(
      edges_, scratch_,
      [bottom](const Edge& edge, std::int64_t begin, std::int64_t end, std::uint32_t* next,
               std::uint32_t* keys) { write(edge, bottom, begin, end, next, keys); },
      [&](std::int64_t n) { sink.room(n); },
      [&](std::int64_t column, const std::uint32_t* begin, const std::uint32_t* end) {
        toggle_even_odd(sink, column * height, begin, end);
      });
}

template void CocoRule::fill(const Target&, CountsSink&);
template void CocoRule::fill(const Target&, PositionsSink&);

}  // namespace me::cpu
