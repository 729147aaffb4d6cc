// Runs or polygons -> one label map, the later item over the earlier. Private to rasterize and its
// binding.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "base/view.h"
#include "geometry/polygons.h"
#include "geometry/target.h"
#include "runs/runs.h"

namespace me::cpu {

// Writes labels[i] (its low bytes) at the foreground of masks[i] into the one mask of `out`, for
// i = order[0], order[1], ..., each over what is there; other pixels keep what they hold. All masks
// have the size of `out`. Nothing is written when it throws.
void paint_labels(const RunsView& masks, const std::int64_t* order, const std::int64_t* labels,
                  const MutableMaskView& out, const Exec& exec);

// The same for polygons by the exact rule, which have been checked, without runs in between.
void paint_polygons(const PolygonsView& polygons, FillRule fill, const std::int64_t* order,
                    const std::int64_t* labels, const MutableMaskView& out, const Exec& exec);

}  // namespace me::cpu
