// Pixel centres in a triangle, counted in integers under the half-open convention of the exact
// rule: a centre on an edge belongs to the side right of it, on a horizontal edge to the side
// below.
#pragma once
#include <cstdint>

#include "geometry/fixed_point.h"

namespace me {

// A vertex on the grid of fixed_point.h.
struct GridPoint {
  std::int64_t x, y;
  bool operator==(const GridPoint& other) const { return x == other.x && y == other.y; }
};

// Largest coordinate, in pixels, of what is counted: then products of counts fit 64 bits.
inline constexpr double count_limit = 536870912.0;

inline GridPoint snap(const double* xy) { return {snap(xy[0]), snap(xy[1])}; }

// The columns [first, last] whose centre lies in [left, right).
struct ColumnSpan {
  std::int64_t first, last;
  std::int64_t n() const { return last - first + 1; }
};

inline ColumnSpan columns_between(std::int64_t left, std::int64_t right) {
  return {(left + grid_half - 1) >> grid_bits, ((right + grid_half - 1) >> grid_bits) - 1};
}

// Goes along an edge from `left` to `right` (left.x < right.x) column by column, telling the first
// row whose centre is below the edge.
class RowWalk {
 public:
  // `column` is the first of the `n` columns that will be asked for.
  RowWalk(GridPoint left, GridPoint right, std::int64_t column, std::int64_t n);
  std::int64_t row() const { return (falls_ ? base_ + drop_ : base_ - drop_) >> grid_bits; }
  void step() {
    drop_ += drop_step_;
    rest_ += rest_step_;
    if (rest_ >= dx_) {
      rest_ -= dx_;
      drop_++;
    }
  }

 private:
  bool falls_;
  std::int64_t dx_, base_, drop_, rest_;
  std::int64_t drop_step_ = 0;
  std::int64_t rest_step_ = 0;
};

// The rows above the edge a -> b, summed over the columns that it crosses; negative from left to
// right. Around a ring these add up to the sum, over all pixels, of how often it winds around their
// centre: of a simple ring the number of its pixels, positive when clockwise on the screen. Wraps
// around on the way there.
std::uint64_t edge_pixels(GridPoint a, GridPoint b);

// The pixels of the triangle a -> b -> c, negative when counterclockwise on the screen (y down).
std::int64_t triangle_pixels(GridPoint a, GridPoint b, GridPoint c);

}  // namespace me
