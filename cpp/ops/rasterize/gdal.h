// The rules of GDAL's polygon burning as rasterio asks for them, with the identity transform:
// pixel centres (gdal), and those plus every pixel that a ring passes (all_touched). In doubles, in
// the order of the peer's operations. Private to rasterize.
#pragma once
#include <cstdint>

#include "geometry/sweep.h"
#include "geometry/target.h"
#include "ops/rasterize/row_bits.h"

namespace me::cpu {

class GdalRule {
 public:
  explicit GdalRule(bool all_touched) : all_touched_(all_touched) {}

  // Reads the vertices and gives the box outside of which nothing is drawn.
  PixelBox prepare(const Target& target);
  // Draws what lies in the box of `bits`.
  void draw(RowBits& bits);

 private:
  // From (x0, y0) down to (x1, y1), over the centres of rows [first, last].
  struct Edge {
    std::int32_t first, last;
    double x0, y0, x1, y1;
  };
  // A horizontal edge on the centres of a row that runs to the left: columns [begin, end).
  struct Level {
    std::int64_t row, begin, end;
  };
  struct Segment {
    double x0, y0, x1, y1;
  };

  void add_edge(double x0, double y0, double x1, double y1);

  bool all_touched_;
  Size size_{};
  Buffer<Edge> edges_;
  Buffer<Level> levels_;
  Buffer<Segment> segments_;
  SweepScratch scratch_;
};

}  // namespace me::cpu
