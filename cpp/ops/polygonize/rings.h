// Linked vertical edges -> rings, grouped to polygons and in order.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "geometry/polygons.h"
#include "ops/polygonize/cracks.h"
#include "ops/polygonize/nodes.h"

namespace me {

// Follows links; holds the scratch memory of one thread.
class RingTracer {
 public:
  // Appends one item, using up the outline. With `nodes`, those that its rings pass are vertices.
  void append_item(Outline& outline, Holes holes, Vertices vertices, const Nodes* nodes,
                   Polygons& out);

 private:
  struct Point {
    std::int32_t x;
    std::int32_t y;
  };
  // The vertices [begin, begin + n) of points_, from `start` on and around.
  struct TracedRing {
    std::int64_t begin;
    std::int64_t n;
    std::int64_t start;
    std::uint32_t exterior;  // the ring around this hole; of an exterior, itself
  };
  // Sorts by y, then x of the first vertex; the ring breaks no tie, as two exteriors (or two holes)
  // cannot begin at one corner.
  struct Place {
    std::uint64_t corner;
    std::uint32_t ring;
    bool operator<(const Place& other) const { return corner < other.corner; }
  };

  // Joins each hole to the ring it meets above it: a zero-width bridge through foreground, or no
  // more than a common corner. Leaves only exteriors.
  void bridge_holes(Outline& outline);
  void trace(Outline& outline, std::uint32_t first, bool may_be_hole);
  void sort_places();
  void group();
  void append_ring(const TracedRing& ring, Polygons& out) const;
  void append_ring(const TracedRing& ring, const Nodes& nodes, Polygons& out) const;
  void append_centres(const TracedRing& ring, Polygons& out);

  Buffer<Point> points_;
  Buffer<Point> centres_;
  Buffer<TracedRing> rings_;
  Buffer<Place> places_;
  Buffer<Place> sorted_places_;
  Buffer<std::uint32_t> hole_edges_;
  Buffer<std::int64_t> polygon_of_;  // by ring, then the next free slot of each polygon
  Buffer<std::int64_t> slots_;
  Buffer<std::uint32_t> grouped_;
};

}  // namespace me
