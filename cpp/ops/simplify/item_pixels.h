// How many pixels an item has under the exact rule, wherever they lie. Private to simplify.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "geometry/polygons.h"
#include "geometry/sweep.h"
#include "geometry/triangle_pixels.h"

namespace me::cpu {

// Fills the rings of each polygon together, even-odd, and counts the union of the polygons. Holds
// the scratch memory of one thread.
class ItemPixels {
 public:
  // Throws ErrorKind::limit when the outlines cross more columns than may be looked at.
  std::int64_t count(const PolygonsView& polygons, std::int64_t item);

 private:
  struct Edge {
    std::int32_t first, last;
    GridPoint left, right;
  };
  // The rows [begin, end) of a column.
  struct Span {
    std::int64_t column;
    std::uint32_t begin, end;
    bool operator<(const Span& other) const {
      return column != other.column ? column < other.column : begin < other.begin;
    }
  };
  void add_ring(const Ring& ring, GridPoint origin, std::int64_t item);
  void sweep();

  Buffer<Edge> edges_;
  SweepScratch scratch_;
  Buffer<Span> spans_;
  std::int64_t crossings_ = 0;
};

}  // namespace me::cpu
