#include "geometry/exact_rule.h"

#include <algorithm>

#include "geometry/fixed_point.h"
#include "geometry/line.h"

namespace me::cpu {
namespace {

// Differences on the grid up to which products fit 64 bits.
constexpr std::int64_t narrow = std::int64_t{1} << 31;

}  // namespace

void ExactRule::add_ring(const Target& target, std::int64_t ring_index) {
  const Ring ring = target.polygons.ring(ring_index);
  const auto grid = [&](std::int64_t i) {
    const double coordinate = ring.xy[i];
    if (!(std::abs(coordinate) <= grid_limit)) target.refuse(ring_index, coordinate, grid_limit);
    return snap(coordinate);
  };
  if (ring.n == 0) return;
  const std::int64_t along = target.by_rows ? 1 : 0;
  const std::int64_t across = 1 - along;
  const std::int64_t end = std::min(target.end, target.size.width);
  std::int64_t x0 = grid(2 * ring.n - 2 + along);
  std::int64_t y0 = grid(2 * ring.n - 2 + across);
  for (std::int64_t i = 0; i < ring.n; i++) {
    const std::int64_t x1 = grid(2 * i + along);
    const std::int64_t y1 = grid(2 * i + across);
    const bool reversed = x0 > x1;
    const std::int64_t left = std::min(x0, x1);
    const std::int64_t right = std::max(x0, x1);
    // the columns whose centre lies in [left, right)
    const std::int64_t first = std::max((left + grid_half - 1) >> grid_bits, target.begin);
    const std::int64_t last = std::min(((right + grid_half - 1) >> grid_bits) - 1, end - 1);
    if (first <= last) {
      edges_.push_back({static_cast<std::int32_t>(first), static_cast<std::int32_t>(last), left,
                        reversed ? y1 : y0, right - left, reversed ? y0 - y1 : y1 - y0, reversed,
                        target.by_rows});
    }
    x0 = x1;
    y0 = y1;
  }
}

// Row of the first centre at or below the edge, which is where a downward walk toggles: at a centre
// on the edge when it does not fall to the right (that centre is right of, or below, the edge),
// after it when it does. By rows a centre on the edge is always right of it, so the walk toggles at
// it; an edge that falls is then measured from its other end.
void ExactRule::step_rows(const Edge& edge, std::int64_t height, std::int64_t begin,
                          std::int64_t end, std::uint32_t* rows) {
  const bool from_end = edge.by_rows && edge.dy > 0;
  const bool falls = edge.dy > 0 && !from_end;
  const std::int64_t steep = std::abs(edge.dy);
  const std::int64_t base =
      edge.y0 + (from_end ? edge.dy : 0) + (falls ? grid_half : grid_half - 1);
  const std::int64_t direction = from_end ? -1 : 1;
  if (from_end) rows += end - begin - 1;
  const auto store = [&](std::int64_t drop) {  // drop = floor(distance the edge falls or rises)
    const std::int64_t row = (falls ? base + drop : base - drop) >> grid_bits;
    *rows = static_cast<std::uint32_t>(std::min(std::max<std::int64_t>(row, 0), height));
    rows += direction;
  };
  std::int64_t run = from_end ? edge.x0 + edge.dx - ((end - 1) * grid_one + grid_half)
                              : begin * grid_one + grid_half - edge.x0;
  if (edge.dx > narrow || steep > narrow) {
    for (std::int64_t c = begin; c < end; c++, run += grid_one) {
      store(multiply_divide(run, steep, edge.dx));
    }
    return;
  }
  std::int64_t drop = run * steep / edge.dx;
  std::int64_t rest = run * steep % edge.dx;
  const std::int64_t drop_step = grid_one * steep / edge.dx;
  const std::int64_t rest_step = grid_one * steep % edge.dx;
  for (std::int64_t c = begin; c < end; c++) {
    store(drop);
    drop += drop_step;
    rest += rest_step;
    const std::int64_t carry = rest >= edge.dx ? 1 : 0;
    drop += carry;
    rest -= carry != 0 ? edge.dx : 0;
  }
}

// In doubles where no centre is near the edge, which is nearly always; else in integers. Within
// `narrow` a double is wrong by less than 2^-30 of a row.
void ExactRule::find_rows(const Edge& edge, std::int64_t height, std::int64_t begin,
                          std::int64_t end) {
  scratch_.rows.resize(end - begin + kernels::line_padding);
  std::uint32_t* rows = scratch_.rows.data();
  constexpr double unit = 1.0 / static_cast<double>(grid_one);
  const bool near = edge.dx <= narrow && std::abs(edge.dy) <= narrow &&
                    std::abs(edge.y0) <= narrow && height <= narrow;
  if (near) {
    const kernels::Line line{static_cast<double>(edge.y0) * unit,
                             static_cast<double>(edge.dy) / static_cast<double>(edge.dx),
                             static_cast<double>(edge.x0) * unit, 0, 0};
    const kernels::Columns columns{1.0, 0.5, static_cast<double>(height), 0.5, 1.0};
    if (!kernels_.plain(line, columns, begin, end - begin, rows)) return;
  }
  step_rows(edge, height, begin, end, rows);
}

void ExactRule::check(const Target& target) {
  for (std::int64_t r = target.first_ring(); r < target.last_ring(); r++) {
    const Ring ring = target.polygons.ring(r);
    for (std::int64_t i = 0; i < 2 * ring.n; i++) {
      if (!(std::abs(ring.xy[i]) <= grid_limit)) target.refuse(r, ring.xy[i], grid_limit);
    }
  }
}

void ExactRule::add_rings(const Target& target) {
  edges_.clear();
  kernels_ = line_kernels();
  for (std::int64_t r = target.first_ring(); r < target.last_ring(); r++) add_ring(target, r);
}

}  // namespace me::cpu
