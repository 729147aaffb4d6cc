#include "ops/rasterize/gdal.h"

#include <cmath>

#include "ops/rasterize/gdal_touch.h"

namespace me::cpu {
namespace {

constexpr double gdal_limit = 1e100;  // products of two stay finite

// Whether the peer takes the ring for clockwise: by the turn at its lowest vertex (the rightmost of
// those), or by its area where that vertex repeats or hardly moves. y grows upward here.
bool clockwise(const Ring& ring, std::int64_t n) {
  const double* xy = ring.xy;
  const auto next = [n](std::int64_t i) { return i + 1 < n ? i + 1 : 0; };
  const auto before = [n](std::int64_t i) { return i > 0 ? i - 1 : n - 1; };
  std::int64_t low = 0;
  bool by_area = false;
  for (std::int64_t i = 1; i < n; i++) {
    const double dy = xy[2 * i + 1] - xy[2 * low + 1];
    if (dy < 0 || (dy == 0 && xy[2 * i] > xy[2 * low])) {
      low = i;
      by_area = false;
    } else if (dy == 0 && xy[2 * i] == xy[2 * low]) {
      by_area = true;
    }
  }
  const double x = xy[2 * low];
  const double y = xy[2 * low + 1];
  const auto there = [&](std::int64_t i) {
    return std::abs(xy[2 * i] - x) < 1e-5 && std::abs(xy[2 * i + 1] - y) < 1e-5;
  };
  const std::int64_t p = before(low);
  const std::int64_t q = next(low);
  by_area = by_area || there(p) || there(q);
  const double turn = (xy[2 * q] - x) * (xy[2 * p + 1] - y) - (xy[2 * p] - x) * (xy[2 * q + 1] - y);
  if (!by_area && turn != 0) return turn < 0;
  double area = xy[0] * (xy[2 * next(0) + 1] - xy[2 * n - 1]);
  for (std::int64_t i = 1; i < n; i++) {
    area += xy[2 * i] * (xy[2 * next(i) + 1] - xy[2 * i - 1]);
  }
  return area < 0;
}

// floor(x + 1/2) within [0, width].
std::int64_t column_of(double x, double width) {
  x = std::floor(x + 0.5);
  return static_cast<std::int64_t>(x > 0 ? std::min(x, width) : 0.0);
}

}  // namespace

void GdalRule::add_edge(double x0, double y0, double x1, double y1) {
  const auto width = static_cast<double>(size_.width);
  const auto height = static_cast<double>(size_.height);
  if (y0 == y1) {
    const double row = y0 - 0.5;
    if (x0 <= x1 || !(row >= 0 && row < height) || row != std::floor(row)) return;
    levels_.push_back({static_cast<std::int64_t>(row), column_of(x1, width), column_of(x0, width)});
    return;
  }
  if (y0 > y1) {
    std::swap(x0, x1);
    std::swap(y0, y1);
  }
  if (y1 <= 0 || y0 >= height) return;
  // the rows whose centre lies in [y0, y1)
  double first = std::max(std::ceil(y0 - 0.5), 0.0);
  double last = std::min(std::ceil(y1 - 0.5) - 1.0, height - 1.0);
  while (first > 0 && first - 0.5 >= y0) first -= 1.0;  // y - 1/2 may have been rounded
  while (first <= last && first + 0.5 < y0) first += 1.0;
  while (last >= first && last + 0.5 >= y1) last -= 1.0;
  if (first > last) return;
  edges_.push_back(
      {static_cast<std::int32_t>(first), static_cast<std::int32_t>(last), x0, y0, x1, y1});
}

PixelBox GdalRule::prepare(const Target& target) {
  size_ = target.size;
  edges_.clear();
  levels_.clear();
  segments_.clear();
  Extent extent;
  for (std::int64_t r = target.first_ring(); r < target.last_ring(); r++) {
    const Ring ring = target.polygons.ring(r);
    const double* xy = ring.xy;
    std::int64_t n = ring.n;
    for (std::int64_t i = 0; i < 2 * n; i++) {
      if (!(std::abs(xy[i]) <= gdal_limit)) target.refuse(r, xy[i], gdal_limit);
    }
    if (n > 1 && xy[0] == xy[2 * n - 2] && xy[1] == xy[2 * n - 1]) n--;
    if (n == 0) continue;
    const bool forward = clockwise(ring, n);
    for (std::int64_t i = 0; i < n; i++) {
      const std::int64_t a = 2 * (forward ? i : n - 1 - i);
      const std::int64_t b =
          2 * (forward ? (i + 1 < n ? i + 1 : 0) : (i + 1 < n ? n - 2 - i : n - 1));
      extent.add(xy[a], xy[a + 1]);
      add_edge(xy[a], xy[a + 1], xy[b], xy[b + 1]);
      if (all_touched_) segments_.push_back({xy[a], xy[a + 1], xy[b], xy[b + 1]});
    }
  }
  return extent.box(all_touched_ ? 2 : 1, size_);
}

void GdalRule::draw(RowBits& bits) {
  const auto width = static_cast<double>(size_.width);
  sweep_columns(
      edges_, scratch_,
      [width](const Edge& edge, std::int64_t begin, std::int64_t end, std::uint32_t* next,
              std::uint32_t* keys) {
        const double dx = edge.x1 - edge.x0;
        const double dy = edge.y1 - edge.y0;
        for (std::int64_t i = 0; i < end - begin; i++) {
          const double centre = static_cast<double>(begin + i) + 0.5;
          const double x = (centre - edge.y0) * dx / dy + edge.x0;
          keys[next[i]++] = static_cast<std::uint32_t>(column_of(x, width));
        }
      },
      bits.spans());
  for (const Level& level : levels_) bits.span(level.row, level.begin, level.end);
  for (const Segment& s : segments_) draw_touched(s.x0, s.y0, s.x1, s.y1, size_, bits);
}

}  // namespace me::cpu
