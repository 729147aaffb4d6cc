// One polygon to be filled, as every pixel rule gets it.
#pragma once
#include <cmath>
#include <cstdint>
#include <string>

#include "base/error.h"
#include "base/size.h"
#include "geometry/polygons.h"

namespace me {

// How the rings of one polygon decide what is inside.
enum class FillRule { even_odd, nonzero };

}  // namespace me

namespace me::cpu {

struct Target {
  const PolygonsView& polygons;
  std::int64_t item;
  std::int64_t polygon;
  Size size;
  FillRule fill;
  bool by_rows = false;  // x and y change places; `size` is that of the transposed image
  // The columns [begin, end) to fill, as far as the image has them. Heeded by the exact rule alone.
  std::int64_t begin = 0;
  std::int64_t end = INT64_MAX;

  std::int64_t first_ring() const { return polygons.polygon_offsets[polygon]; }
  std::int64_t last_ring() const { return polygons.polygon_offsets[polygon + 1]; }

  // Coordinates were finite when the batch was built; memory shared with an array may have changed.
  [[noreturn]] void refuse(std::int64_t ring, double value, double limit) const {
    const std::string place =
        "ring " + std::to_string(ring - polygons.rings_before(item)) + ": expected ";
    if (!std::isfinite(value)) {
      throw Error(ErrorKind::bad_polygon, "polygons", place + "finite coordinates", item);
    }
    throw Error(ErrorKind::limit, "polygons",
                place + "coordinates within " + std::to_string(limit) + " pixels of 0, got " +
                    std::to_string(value) + "; clip the polygon to the image first",
                item);
  }
};

}  // namespace me::cpu
