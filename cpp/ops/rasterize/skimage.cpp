#include "ops/rasterize/skimage.h"

#include <cmath>

namespace me::cpu {
namespace {

constexpr double skimage_limit = 1e150;  // products of two stay finite
constexpr double same = 1e-12;           // nearer to a vertex counts as on it

// Where the edge crosses row y, less x: the peer's expression.
double crossing(double x0, double y0, double x1, double y1, double x, double y) {
  x0 -= x;
  y0 -= y;
  x1 -= x;
  y1 -= y;
  return (x0 * y1 - x1 * y0) / (y1 - y0);
}

// The first column whose pixel is not left of the crossing (or, when `closed`, is right of it).
template <bool closed, class Edge>
std::uint32_t first_column(const Edge& edge, double row, std::int64_t width) {
  const double run = edge.x1 - edge.x0;
  const double at = edge.x0 + (row - edge.y0) / (edge.y1 - edge.y0) * run;
  const double doubt = 1e-14 * (std::abs(edge.x0) + std::abs(edge.x1)) + 1e-11;
  const auto limit = static_cast<double>(width);
  const auto cut = [limit](double value) { return value > 0 ? std::min(value, limit) : 0.0; };
  double column = cut(std::ceil(at - doubt));
  const double last = cut(std::floor(at + doubt) + 1.0);
  for (; column < last; column += 1.0) {
    const double side = crossing(edge.x0, edge.y0, edge.x1, edge.y1, column, row);
    if (closed ? side < 0 : !(side > 0)) break;
  }
  return static_cast<std::uint32_t>(column);
}

}  // namespace

void SkimageRule::add_edge(double x0, double y0, double x1, double y1) {
  if (y0 == y1) return;
  const double top = std::min(y0, y1);
  const double bottom = std::max(y0, y1);
  const double last_row = static_cast<double>(size_.height) - 1.0;
  const auto add = [&](Buffer<Edge>& edges, double first, double last) {
    first = std::max(first, 0.0);
    last = std::min(last, last_row);
    if (first > last) return;
    edges.push_back(
        {static_cast<std::int32_t>(first), static_cast<std::int32_t>(last), x0, y0, x1, y1});
  };
  add(above_, std::ceil(top), std::ceil(bottom) - 1.0);
  add(below_, std::floor(top) + 1.0, std::floor(bottom));
}

PixelBox SkimageRule::prepare(const Target& target) {
  size_ = target.size;
  above_.clear();
  below_.clear();
  points_.clear();
  Extent extent;
  for (std::int64_t r = target.first_ring(); r < target.last_ring(); r++) {
    const Ring ring = target.polygons.ring(r);
    const double* xy = ring.xy;
    for (std::int64_t i = 0; i < 2 * ring.n; i++) {
      if (!(std::abs(xy[i]) <= skimage_limit)) target.refuse(r, xy[i], skimage_limit);
    }
    for (std::int64_t i = 0; i < ring.n; i++) {
      const double* before = xy + 2 * (i > 0 ? i - 1 : ring.n - 1);
      const double x = xy[2 * i];
      const double y = xy[2 * i + 1];
      extent.add(x, y);
      add_edge(before[0], before[1], x, y);
      const double column = std::nearbyint(x);
      const double row = std::nearbyint(y);
      if (std::abs(x - column) < same && std::abs(y - row) < same && row >= 0 && column >= 0 &&
          row < static_cast<double>(size_.height) && column < static_cast<double>(size_.width)) {
        points_.push_back({static_cast<std::int64_t>(row), static_cast<std::int64_t>(column)});
      }
    }
  }
  return extent.box(1, size_);
}

template <bool closed>
void SkimageRule::draw_side(const Buffer<Edge>& edges, RowBits& bits) {
  const std::int64_t width = size_.width;
  sweep_columns(
      edges, scratch_,
      [width](const Edge& edge, std::int64_t begin, std::int64_t end, std::uint32_t* next,
              std::uint32_t* keys) {
        for (std::int64_t i = 0; i < end - begin; i++) {
          keys[next[i]++] = first_column<closed>(edge, static_cast<double>(begin + i), width);
        }
      },
      bits.spans());
}

void SkimageRule::draw(RowBits& bits) {
  draw_side<false>(above_, bits);
  draw_side<true>(below_, bits);
  for (const Point& point : points_) bits.pixel(point.row, point.column);
}

}  // namespace me::cpu
