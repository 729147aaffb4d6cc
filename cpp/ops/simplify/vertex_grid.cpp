#include "ops/simplify/vertex_grid.h"

#include <algorithm>
#include <cmath>

namespace me::cpu {
namespace {

// A triangle among more vertices than this is not looked into: thousands of vertices at one place
// would be looked at as often.
constexpr std::int64_t most_seen = 4096;

// Which side of a -> b the point p is on: 1, -1, or 0 when too close to tell in doubles.
int side(GridPoint a, GridPoint b, GridPoint p) {
  const double first = static_cast<double>(b.x - a.x) * static_cast<double>(p.y - a.y);
  const double second = static_cast<double>(b.y - a.y) * static_cast<double>(p.x - a.x);
  const double doubt = (std::abs(first) + std::abs(second)) * 0x1p-51;
  const double cross = first - second;
  return cross > doubt ? 1 : cross < -doubt ? -1 : 0;
}

bool in_triangle(const GridPoint (&triangle)[3], GridPoint p) {
  const auto [left, right] = std::minmax({triangle[0].x, triangle[1].x, triangle[2].x});
  const auto [top, bottom] = std::minmax({triangle[0].y, triangle[1].y, triangle[2].y});
  if (p.x < left || p.x > right || p.y < top || p.y > bottom) return false;
  bool before = false;
  bool after = false;
  for (int k = 0; k < 3; k++) {
    const int on = side(triangle[k], triangle[(k + 1) % 3], p);
    before = before || on < 0;
    after = after || on > 0;
  }
  return !(before && after);
}

}  // namespace

void VertexGrid::build(const Buffer<GridPoint>& at, const Buffer<std::uint8_t>& alive) {
  at_ = &at;
  alive_ = &alive;
  living_ = std::count(alive.begin(), alive.end(), std::uint8_t{1});
  fill();
}

void VertexGrid::forget() {
  living_--;
  if (4 * living_ < filled_with_) fill();  // so that the empty cells are never many
}

void VertexGrid::fill() {
  const Buffer<GridPoint>& at = *at_;
  const Buffer<std::uint8_t>& alive = *alive_;
  filled_with_ = living_;
  GridPoint low{INT64_MAX, INT64_MAX};
  GridPoint high{INT64_MIN, INT64_MIN};
  for (std::int64_t v = 0; v < at.size(); v++) {
    if (alive[v] == 0) continue;
    low = {std::min(low.x, at[v].x), std::min(low.y, at[v].y)};
    high = {std::max(high.x, at[v].x), std::max(high.y, at[v].y)};
  }
  if (living_ == 0) low = high = {0, 0};
  origin_ = low;
  shift_ = -1;
  do {
    shift_++;
    columns_ = ((high.x - low.x) >> shift_) + 1;
    rows_ = ((high.y - low.y) >> shift_) + 1;
  } while (columns_ > (2 * living_ + 16) / rows_);
  const auto cell = [&](GridPoint p) {
    return ((p.y - origin_.y) >> shift_) * columns_ + ((p.x - origin_.x) >> shift_);
  };
  begins_.resize(columns_ * rows_ + 1);
  std::fill(begins_.begin(), begins_.end(), 0U);
  for (std::int64_t v = 0; v < at.size(); v++) {
    if (alive[v] != 0) begins_[cell(at[v])]++;
  }
  std::uint32_t sum = 0;
  for (std::uint32_t& begin : begins_) begin = sum += begin;
  vertices_.resize(living_);
  for (std::int64_t v = at.size(); v-- > 0;) {
    if (alive[v] != 0) vertices_[--begins_[cell(at[v])]] = static_cast<std::uint32_t>(v);
  }
}

// The cells of one row that the triangle may touch.
VertexGrid::Cells VertexGrid::across(const GridPoint (&triangle)[3], std::int64_t row) const {
  const auto top = static_cast<double>(origin_.y + (row << shift_));
  const auto bottom = static_cast<double>(origin_.y + ((row + 1) << shift_));
  double left = 1e300;
  double right = -1e300;
  for (int k = 0; k < 3; k++) {
    GridPoint a = triangle[k];
    GridPoint b = triangle[(k + 1) % 3];
    if (a.y > b.y) std::swap(a, b);
    const auto ax = static_cast<double>(a.x);
    const auto ay = static_cast<double>(a.y);
    const auto bx = static_cast<double>(b.x);
    const auto by = static_cast<double>(b.y);
    if (by < top || ay > bottom) continue;
    const double slope = by > ay ? (bx - ax) / (by - ay) : 0.0;
    const double from = ay < top ? ax + (top - ay) * slope : ax;
    const double to = by > bottom ? ax + (bottom - ay) * slope : bx;
    left = std::min({left, from, to});
    right = std::max({right, from, to});
  }
  if (left > right) return {0, -1};
  const auto column = [&](double x) {
    return (static_cast<std::int64_t>(x) - origin_.x) >> shift_;
  };
  return {std::max<std::int64_t>(column(left - 2.0), 0),
          std::min<std::int64_t>(column(right + 2.0), columns_ - 1)};
}

bool VertexGrid::any_in_triangle(GridPoint a, std::int64_t corner, GridPoint b) const {
  const Buffer<GridPoint>& at = *at_;
  const GridPoint triangle[3] = {a, at[corner], b};
  const auto [top, bottom] = std::minmax({triangle[0].y, triangle[1].y, triangle[2].y});
  const std::int64_t first = (top - origin_.y) >> shift_;
  const std::int64_t last = (bottom - origin_.y) >> shift_;
  const auto [left, right] = std::minmax({triangle[0].x, triangle[1].x, triangle[2].x});
  const Cells box{(left - origin_.x) >> shift_, (right - origin_.x) >> shift_};
  const bool small = last - first < 2 || box.last - box.first < 2;
  std::int64_t seen = 0;
  for (std::int64_t row = first; row <= last; row++) {
    const Cells cells = small ? box : across(triangle, row);
    if (cells.first > cells.last) continue;
    const std::int64_t end = begins_[row * columns_ + cells.last + 1];
    const std::int64_t begin = begins_[row * columns_ + cells.first];
    seen += end - begin;
    if (seen > most_seen) return true;
    for (std::int64_t k = begin; k < end; k++) {
      const std::int64_t v = vertices_[k];
      if ((*alive_)[v] == 0 || v == corner || at[v] == a || at[v] == b) continue;
      if (in_triangle(triangle, at[v])) return true;
    }
  }
  return false;
}

}  // namespace me::cpu
