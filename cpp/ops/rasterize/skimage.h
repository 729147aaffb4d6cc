// The rule of scikit-image's polygon2mask, bit for bit: whole numbers are pixel centres, and a
// pixel on an edge or a vertex is inside. The peer asks every pixel of the box; here only those
// that a double cannot tell from a crossing are asked, with its expression. Private to rasterize.
#pragma once
#include <cstdint>

#include "geometry/sweep.h"
#include "geometry/target.h"
#include "ops/rasterize/row_bits.h"

namespace me::cpu {

class SkimageRule {
 public:
  // Reads the vertices and gives the box outside of which nothing is drawn.
  PixelBox prepare(const Target& target);
  // Draws what lies in the box of `bits`.
  void draw(RowBits& bits);

 private:
  // Crosses rows [first, last].
  struct Edge {
    std::int32_t first, last;
    double x0, y0, x1, y1;
  };
  struct Point {
    std::int64_t row, column;
  };

  void add_edge(double x0, double y0, double x1, double y1);
  // Fills between crossings that lie right of a pixel (at or right of it when `closed`).
  template <bool closed>
  void draw_side(const Buffer<Edge>& edges, RowBits& bits);

  Size size_{};
  Buffer<Edge> above_;  // their rows as a ray to the right meets them: from a row, to before a row
  Buffer<Edge> below_;  // and to the left: from after a row, to a row
  Buffer<Point> points_;
  SweepScratch scratch_;
};

}  // namespace me::cpu
