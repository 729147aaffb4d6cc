// rasterize: polygons -> masks, by a named pixel rule. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "geometry/polygons.h"
#include "geometry/target.h"
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
