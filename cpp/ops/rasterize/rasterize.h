// rasterize: polygons -> masks, by a named pixel rule. Runs on the CPU, and by the first two rules
// on CUDA.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "base/queue.h"
#include "base/view.h"
#include "geometry/polygons.h"
#include "geometry/target.h"
#include "runs/device_runs.h"
#include "runs/runs.h"

namespace me {

enum class PixelRule {
  exact,        // pixel centres against edges on a grid of 2^-16 pixel, half-open, in integers
  coco,         // the rule of the COCO API's polygons, bit for bit
  opencv,       // fillPoly of OpenCV, bit for bit, as are the next four
  pillow,       // ImageDraw.polygon of Pillow
  skimage,      // polygon2mask of scikit-image
  gdal,         // pixel centres as GDAL burns polygons
  all_touched,  // ... and every pixel that a ring touches
};

}  // namespace me

namespace me::cpu {

// Item i of the result is the union of the polygons of item i. `sizes` holds height and width of
// each item, or once for all when `one_size`. FillRule::nonzero needs PixelRule::exact.
Runs rasterize(const PolygonsView& polygons, const std::int64_t* sizes, bool one_size,
               PixelRule rule, FillRule fill, const Exec& exec);

}  // namespace me::cpu

namespace me::cuda {

// As PolygonsView, whose offsets start at zero, in device memory. `one_each` says that each item is
// one polygon.
struct DevicePolygonsView {
  const double* coords = nullptr;
  const std::int64_t* ring_offsets = nullptr;
  const std::int64_t* polygon_offsets = nullptr;
  const std::int64_t* item_offsets = nullptr;
  std::int64_t vertices = 0, rings = 0, polygons = 0, n = 0;
  bool one_each = false;
};

// By the exact rule or that of COCO; FillRule::nonzero needs PixelRule::exact. `sizes`, two numbers
// for each item, are in memory of the host. The caller has checked the coordinates. Waits twice,
// for the number of crossings and of runs.
DeviceRuns rasterize(const Queue& queue, const DevicePolygonsView& polygons,
                     const std::int64_t* sizes, PixelRule rule, FillRule fill);

// Writes labels[r] (its low bytes) at the foreground of the masks into a map of their size; r + 1
// is the highest of ranks[m] of the masks m there. Other pixels stay. Never waits.
void paint_labels(const Queue& queue, const DeviceRunsView& masks, const std::uint32_t* ranks,
                  const std::int64_t* labels, const MutableMaskView& out);

}  // namespace me::cuda
