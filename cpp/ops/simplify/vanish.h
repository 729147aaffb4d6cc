// Rings that go altogether. Private to simplify.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "geometry/polygons.h"

namespace me::cpu {

// Whether all of a ring is within a distance of one point: the middle of its box.
bool is_tiny(const Ring& ring, double distance);

// The batch without the rings marked `gone`, and without the polygons that have no ring left. An
// exterior goes only when its holes do.
Polygons without(const Polygons& polygons, const Buffer<std::uint8_t>& gone);

}  // namespace me::cpu
