// The rule of OpenCV's fillPoly (lineType 8, no shift), bit for bit. Vertices are rounded to whole
// numbers, which are pixel centres; each row is filled between pairs of crossings in 16.16 fixed
// point, both ends included, and then every edge is drawn as a digital line. Private to rasterize.
#pragma once
#include <cstdint>

#include "geometry/sweep.h"
#include "geometry/target.h"
#include "ops/rasterize/row_bits.h"

namespace me::cpu {

class OpencvRule {
 public:
  // Reads the vertices and gives the box outside of which nothing is drawn.
  PixelBox prepare(const Target& target);
  // Draws what lies in the box of `bits`.
  void draw(RowBits& bits);

 private:
  struct Line {
    std::int64_t x0, y0, x1, y1;
  };
  // Crosses rows [first, last] of the image at x + (row - top) * step, in 1/65536 of a pixel.
  struct Edge {
    std::int32_t first, last;
    std::int64_t top, x, step;
  };

  void add_line(const Line& line);
  void draw_line(const Line& line, RowBits& bits) const;
  // Of a line that goes right, in the image; `whole` when all of it lies in the box.
  template <bool whole>
  static void draw_steep(const Line& line, RowBits& bits);
  template <bool whole>
  static void draw_flat(const Line& line, RowBits& bits);
  bool inside(const Line& line) const;
  // Cuts the line to the image the way the peer does, in rounded steps.
  Line cut(Line line) const;
  // Bit 0: left of the image, 1: right, 2: above, 3: below.
  int side(std::int64_t x, std::int64_t y) const;

  Size size_{};
  Buffer<Line> lines_;
  Buffer<Edge> edges_;
  KeySweepScratch<std::int64_t> scratch_;
};

}  // namespace me::cpu
