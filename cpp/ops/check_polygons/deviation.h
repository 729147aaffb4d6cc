// How far the outlines of items are from other outlines.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/exec.h"
#include "geometry/polygons.h"

namespace me::cpu {

// For each item the largest distance, the one that 95 % of the outlines' length is within, and the
// mean: of points every `step` along the outlines of either batch from the nearest of the other. 3
// each; infinite when only one of the two has outlines, and 0 when neither has. Throws
// ErrorKind::limit when an item's outlines are longer than 2^24 steps. The batches have as many
// items.
Buffer<double> deviation(const PolygonsView& polygons, const PolygonsView& outlines, double step,
                         const Exec& exec);

}  // namespace me::cpu
