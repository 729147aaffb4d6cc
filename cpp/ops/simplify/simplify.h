// simplify: polygons -> polygons with fewer vertices, within a stated bound. Runs on the CPU.
#pragma once
#include "base/exec.h"
#include "geometry/polygons.h"

namespace me {

// What bounds the change: no pixel; the distance of the outlines; the intersection over union of
// the pixels of each item; or nothing but the number of vertices of each item.
enum class Bound { lossless, distance, iou, vertices };

namespace cpu {

// Items, polygons and rings stay as they are. With `shared`, what rings have in common, vertex by
// vertex, stays common. `value` is the bound's number; lossless has none. With `vanish`, but not
// with `shared`, rings go that the bound allows to go.
Polygons simplify(const PolygonsView& polygons, Bound bound, double value, bool shared, bool vanish,
                  const Exec& exec);

}  // namespace cpu
}  // namespace me
