// The offsets that a pixel reaches in morphology: which, and as half-widths per line.
#pragma once
#include <cstdint>

#include "base/buffer.h"

namespace me {

// Offsets (dy, dx) with |dy| <= ry and |dx| <= rx. Square: all of them. Disk: those with
// (dy / ry)^2 + (dx / rx)^2 <= 1. Cross: those with dy == 0 or dx == 0.
enum class Shape { square, disk, cross };

// How far a pixel reaches along y and x, in pixels; neither negative nor NaN.
struct Reach {
  Shape shape = Shape::square;
  double y = 0;
  double x = 0;
};

// A reach as seen along lines (rows, or columns) of a mask: at a distance of d lines it holds the
// offsets [-along[d], along[d]], for d in [0, across]. Half-widths do not increase.
class Footprint {
 public:
  // What lies outside `lines` lines of `length` pixels does not matter and is cut off.
  Footprint(Shape shape, double across, double along, std::int64_t lines, std::int64_t length);

  std::int64_t across() const { return along_.size() - 1; }
  std::int64_t along(std::int64_t d) const { return along_[d]; }
  bool is_rectangle() const { return along_[0] == along_[across()]; }
  // Wide on the middle line alone.
  bool is_cross() const { return across() == 0 || along_[1] == 0; }

 private:
  Buffer<std::int64_t> along_;
};

// Along rows: lines are rows. Along columns: lines are columns.
inline Footprint footprint_of_rows(const Reach& reach, std::int64_t height, std::int64_t width) {
  return {reach.shape, reach.y, reach.x, height, width};
}
inline Footprint footprint_of_columns(const Reach& reach, std::int64_t height, std::int64_t width) {
  return {reach.shape, reach.x, reach.y, width, height};
}

}  // namespace me
