// The rule of Pillow's ImageDraw.polygon(fill=...), bit for bit. Vertices are truncated to whole
// numbers, which are pixel centres; each row is filled between pairs of crossings in 32-bit
// floats, both ends and both end rows included, and a crossing where two edges meet may be moved
// next to the pixels of the neighbouring row. Private to rasterize.
#pragma once
#include <cstdint>

#include "geometry/sweep.h"
#include "geometry/target.h"
#include "ops/rasterize/row_bits.h"

namespace me::cpu {

class PillowRule {
 public:
  // Reads the vertices and gives the box outside of which nothing is drawn.
  PixelBox prepare(const Target& target);
  // Draws what lies in the box of `bits`: each ring for itself, then folded.
  void draw(RowBits& bits);

 private:
  // The part [first, last] of rows [top, bottom] that lies in the image.
  struct Edge {
    std::int32_t first, last;
    std::int32_t top, bottom;
    std::int32_t y0;
    float x0, step;

    float at(std::int64_t y) const { return static_cast<float>(y - y0) * step + x0; }
  };
  struct Level {
    std::int64_t row, left, right;
  };
  // What one ring has of each, up to here.
  struct Part {
    std::int64_t edges, levels;
    std::int64_t bottom;  // last row, at most the height
  };
  struct Rows;

  void add_ring(const Target& target, std::int64_t ring);
  void add_edge(std::int64_t x0, std::int64_t y0, std::int64_t x1, std::int64_t y1);

  Size size_{};
  Buffer<std::int64_t> points_;
  Buffer<Edge> edges_;
  Buffer<Level> levels_;
  Buffer<Part> parts_;
  Buffer<Edge> ring_edges_;
  Buffer<float> crossings_;
  SweepScratch scratch_;
};

}  // namespace me::cpu
