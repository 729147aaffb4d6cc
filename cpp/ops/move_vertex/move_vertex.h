// move_vertex: a mask and its polygon -> both with one vertex elsewhere. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/view.h"
#include "geometry/polygons.h"
#include "runs/runs.h"

namespace me {

// The pixel rules under which a fill is the exclusive or of what its edges toggle.
enum class EdgeRule { exact, coco };

}  // namespace me

namespace me::cpu {

// `vertex` counts the vertices of the item from its first ring on.
struct VertexMove {
  std::int64_t item, vertex;
  double x, y;
};

struct MovedVertex {
  Runs masks;
  Runs change;  // one mask: the pixels that changed
  // the box of the change: left, top, width, height; zeros when nothing changed
  std::int64_t box[4];
};

// Masks hold one mask per item. Those of the result are the given ones, with the pixels of item
// move.item that change toggled: the even-odd fill of the moved polygon, when the mask was that of
// the given one. Of a ring whose last vertex repeats the first, both move. When `from` is given,
// the vertex is there, and not where `polygons` has it; see stands_alone. Throws Error.
MovedVertex move_vertex(const RunsView& masks, const PolygonsView& polygons, const VertexMove& move,
                        const double* from, EdgeRule rule);

// Whether the place of the vertex decides nothing about the places of others, wherever it is: no
// end of its ring, which would close the ring on the other end. Throws Error when there is none.
bool stands_alone(const PolygonsView& polygons, std::int64_t item, std::int64_t vertex);

// The batch with the vertex (and the one that repeats it) at its new place.
Polygons with_vertex(const PolygonsView& polygons, const VertexMove& move);

// Toggles the bytes (0 or 1) of a dense mask of the same size where the one mask `change` is set.
void toggle_pixels(const RunsView& change, const MutableMaskView& mask);

}  // namespace me::cpu
