// The exact rule. Vertices are snapped to a grid of 2^-16 pixel; pixel (x, y) is inside when its
// centre (x + 1/2, y + 1/2) is. A centre on an edge belongs to the side right of it, on a
// horizontal edge to the side below it: as if it were moved by (e, e^2) for a tiny e. Integers
// only, each edge by itself: so polygons that share edges share no pixel and leave none out, and
// neither direction nor start of a ring matters. Private to rasterize.
#pragma once
#include <cstdint>

#include "geometry/line.h"
#include "geometry/sweep.h"
#include "ops/rasterize/target.h"

namespace me::cpu {

class ExactRule {
 public:
  // Gives the toggles of the polygon to `sink`, a CountsSink or a PositionsSink.
  template <class Sink>
  void fill(const Target& target, Sink& sink);

 private:
  // From (x0, y0) to (x1, y1) with x0 < x1, in units of the grid. By rows, x and y have changed
  // places.
  struct Edge {
    std::int32_t first, last;
    std::int64_t x0, y0, dx, dy;
    bool reversed;
    bool by_rows;
  };

  void add_ring(const Target& target, std::int64_t ring);
  // The rows at which the edge crosses columns [begin, end), into scratch_.rows.
  void find_rows(const Edge& edge, std::int64_t height, std::int64_t begin, std::int64_t end);
  static void step_rows(const Edge& edge, std::int64_t height, std::int64_t begin, std::int64_t end,
                        std::uint32_t* rows);

  Buffer<Edge> edges_;
  SweepScratch scratch_;
  kernels::LineKernels kernels_{};
};

}  // namespace me::cpu
