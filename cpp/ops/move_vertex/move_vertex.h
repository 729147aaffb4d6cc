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
  Polygons polygons;
  Runs change;  // one mask: the pixels that changed
  // the box of the change: left, top, width, height; zeros when nothing changed
  std::int64_t box[4];
};

// Masks hold one mask per item. Those of the result are the given ones, with the pixels of item
// move.item that change toggled: the even-odd fill of the moved polygon, when the mask was that of
// the given one. Of a ring whose last vertex repeats the first, both move. Throws Error.
MovedVertex move_vertex(const RunsView& masks, const PolygonsView& polygons, const VertexMove& move,
                        EdgeRule rule);

// Toggles the bytes (0 or 1) of a dense mask of the same size where the one mask `change` is set.
void toggle_pixels(const RunsView& change, const MutableMaskView& mask);

}  // namespace me::cpu
