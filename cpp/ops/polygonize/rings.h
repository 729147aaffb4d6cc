// Linked vertical edges -> rings, grouped to polygons and in order.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "geometry/polygons.h"
#include "ops/polygonize/cracks.h"
#include "ops/polygonize/nodes.h"
#include "ops/polygonize/pieces.h"

namespace me {

// Follows links; holds the scratch memory of one thread.
class RingTracer {
 public:
  // Appends one item, using up the outline. With `nodes`, those that its rings pass are vertices.
  void append_item(Outline& outline, Holes holes, Vertices vertices, const Nodes* nodes,
                   Polygons& out);

 private:
  struct Corner {
    std::int32_t x;
    std::int32_t y;
  };
  // Starts at the upper end of the first edge of `piece`.
  struct TracedRing {
    std::uint32_t piece;
    std::uint32_t begin;  // edges of the rings before it, in the order of the output
  };
  // Of a polygon: its rings and their edges, then the place in the output of its next ring.
  struct Slot {
    std::uint32_t ring;
    std::uint32_t edge;
  };
  struct SortedRing {
    std::uint32_t ring;
    std::uint32_t end;  // edges up to its end
  };
  // Sorts by y, then x of the first vertex; the ring breaks no tie, as two exteriors (or two holes)
  // cannot begin at one corner. All that ordering needs is here: rings are met in an order far from
  // the sorted one, so looking at them would wait for memory.
  struct Place {
    std::uint64_t corner;
    std::uint32_t ring;
    std::uint32_t n;        // edges
    std::uint32_t polygon;  // at first: the ring above this hole; of an exterior, itself
    bool operator<(const Place& other) const { return corner < other.corner; }
  };

  // Joins each hole to the ring it meets above it: a zero-width bridge through foreground, or no
  // more than a common corner. Leaves only exteriors.
  void bridge_holes(Outline& outline);
  void find_rings();
  void add_ring(std::uint32_t first_piece);
  void find_above(const Outline& outline);
  void sort_places();
  void group(Polygons& out);
  const MetEdge& first_edge(const TracedRing& ring) const;
  template <class Take>
  void for_each_later_edge(const TracedRing& ring, Take take) const;
  template <class Take>
  void for_each_corner(const TracedRing& ring, Take take) const;
  void close(const SortedRing& sorted);
  void append_corners(Polygons& out) const;
  void append_with_nodes(const SortedRing& sorted, const Nodes& nodes, Polygons& out) const;
  void append_centres(Polygons& out);

  PieceTracer tracer_;
  Buffer<std::uint32_t> ring_of_;  // by piece
  Buffer<Corner> closed_;          // the corners of one ring, the first again at the end
  Buffer<Corner> centres_;
  Buffer<TracedRing> rings_;
  Buffer<std::uint32_t> polygon_of_;  // by ring
  Buffer<Place> places_;
  Buffer<Place> sorted_places_;
  Buffer<std::int64_t> begins_;
  Buffer<std::uint32_t> hole_edges_;
  Buffer<Slot> slots_;
  Buffer<SortedRing> sorted_rings_;
};

}  // namespace me
