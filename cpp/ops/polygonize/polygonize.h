// polygonize: masks -> polygons along the pixel edges.
#pragma once
#include "base/exec.h"
#include "geometry/polygons.h"
#include "runs/runs.h"

namespace me {

enum class Connectivity { four, eight };

// How a hole is told: as a ring of its own, or joined to the exterior by an edge walked both ways.
enum class Holes { rings, bridge };

namespace cpu {

// One item per mask, one polygon per component, in the raster order of their first pixels; holes
// in the raster order of theirs. Each ring starts at the corner above and left of that pixel and
// has the foreground on its right (y pointing down).
Polygons polygonize(const RunsView& masks, Connectivity connectivity, Holes holes,
                    const Exec& exec);

}  // namespace cpu
}  // namespace me
