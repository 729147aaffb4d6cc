// polygonize: masks, or the labels of a map -> polygons along the pixel edges. Runs on the CPU.
#pragma once
#include "base/exec.h"
#include "base/view.h"
#include "geometry/polygons.h"
#include "runs/runs.h"

namespace me {

enum class Connectivity { four, eight };

// How a hole is told: as a ring of its own, or joined to the exterior by an edge walked both ways.
enum class Holes { rings, bridge };

// Where a ring of a mask goes: along the pixel edges, from corner to corner; or through the centres
// of the foreground pixels beside these edges, numbered as the pixels are, as OpenCV's contours do.
enum class Vertices { corners, centres };

namespace cpu {

// One item per mask, one polygon per component, in the raster order of their first pixels; holes
// in the raster order of theirs. Each ring starts at the corner above and left of that pixel and
// has the foreground on its right (y pointing down). Vertices::centres needs Connectivity::eight
// and Holes::rings.
Polygons polygonize(const RunsView& masks, Connectivity connectivity, Holes holes,
                    Vertices vertices, const Exec& exec);

struct LabelPolygons {
  Polygons polygons;
  Buffer<std::uint64_t> ids;  // the bits of the labels
};

// Item i is the outline of label ids[i], as above; ids ascend, 0 is not traced. Every corner where
// three or more labels meet (0 and the outside count as one) is a vertex of each ring through it.
LabelPolygons polygonize_labels(const MaskView& map, Connectivity connectivity, Holes holes,
                                const Exec& exec);

}  // namespace cpu
}  // namespace me
