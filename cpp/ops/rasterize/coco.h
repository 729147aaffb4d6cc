// The rule of the COCO API's polygons (rleFrPoly), bit for bit as x86 builds of pycocotools give
// it. Vertices are snapped to fifths of a pixel, (int)(5 x + 0.5) toward zero; each edge is
// digitised one step of a fifth at a time along its longer axis; where the digitised edge passes
// the centre of a pixel column, between u = 5k+2 and u = 5k+3, the fill of column k changes below
// it. Only that one step per column is computed here. Private to rasterize.
//
// Where a snapped vertex leaves 32 bits pycocotools is undefined; there the same digitised edge is
// found from the line's equation in doubles.
#pragma once
#include <cstdint>

#include "geometry/sweep.h"
#include "ops/rasterize/target.h"

namespace me::cpu {

class CocoRule {
 public:
  // Gives the toggles of the polygon to `sink`, a CountsSink or a PositionsSink.
  template <class Sink>
  void fill(const Target& target, Sink& sink);

 private:
  enum class Kind : std::int32_t { flat, steep, far_steep };

  // In fifths of a pixel; u along columns, v along rows.
  struct Edge {
    std::int32_t first, last;
    Kind kind;
    double u0, v0;   // the end at which the walk along the longer axis starts
    double slope;    // flat: dv/du; steep: du/dv; far_steep: dv/du
    double inverse;  // steep: dv/du
    double steps;    // steep: length of the walk
  };

  void add_ring(const Target& target, std::int64_t ring);
  void add_near(double u0, double v0, double u1, double v1, std::int64_t width);
  void add_far(double u0, double v0, double u1, double v1, std::int64_t width);
  static void write(const Edge& edge, double bottom, std::int64_t begin, std::int64_t end,
                    std::uint32_t* next, std::uint32_t* keys);

  Buffer<Edge> edges_;
  SweepScratch scratch_;
};

}  // namespace me::cpu
