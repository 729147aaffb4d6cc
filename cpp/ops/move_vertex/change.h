// The toggles by which the fill of an item changes when a vertex moves. Private to move_vertex.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/size.h"
#include "geometry/coco_rule.h"
#include "geometry/exact_rule.h"
#include "geometry/polygons.h"
#include "ops/move_vertex/move_vertex.h"

namespace me::cpu {

// Where the vertex is in the columns of its batch.
struct Place {
  std::int64_t ring;       // of the batch
  std::int64_t vertex;     // of the ring
  std::int64_t same = -1;  // another vertex of the ring that moves along, or -1
  std::int64_t polygons_of_item = 0;
};

// Throws Error when there is no such item or vertex.
Place find_vertex(const PolygonsView& polygons, const VertexMove& move);

// The vertex and the other ends of its two edges, as (x, y).
struct Neighbours {
  const double *before, *at, *after;
};

// `from`, when given, is where the vertex is, and not where the ring has it.
Neighbours neighbours(const Ring& ring, const Place& place, const double* from);

// Keeps its memory between calls.
class Change {
 public:
  // Strictly increasing positions below the area of `size`, and then the area.
  const Buffer<std::int64_t>& toggles(const Neighbours& points, const VertexMove& move, Size size,
                                      EdgeRule rule);
  // The same for an item of several polygons, from the item before and after the move.
  const Buffer<std::int64_t>& toggles_of_union(const PolygonsView& before,
                                               const PolygonsView& after, std::int64_t item,
                                               Size size, EdgeRule rule);

 private:
  void fill_item(const PolygonsView& polygons, std::int64_t item, Size size, EdgeRule rule,
                 Buffer<std::int64_t>& positions);

  CocoRule coco_;
  ExactRule exact_;
  Buffer<std::int64_t> toggles_, before_, after_, ends_, spare_;
};

}  // namespace me::cpu
