// Any numbers as the vertices of a polygon: all rules give sound runs, or say why not; reversing
// the vertices changes nothing under the exact rule.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/error.h"
#include "expect.h"
#include "ops/rasterize/coverage.h"
#include "ops/rasterize/rasterize.h"

namespace {

me::Polygons polygon_of(const std::uint8_t* data, std::size_t size, bool reversed) {
  me::Polygons polygons;
  const std::size_t vertices = std::min<std::size_t>(size / 16, 64);
  for (std::size_t v = 0; v < vertices; v++) {
    double point[2];
    std::memcpy(point, data + 16 * (reversed ? vertices - 1 - v : v), 16);
    polygons.coords.append(point, 2);
  }
  polygons.end_ring();
  polygons.end_polygon();
  polygons.end_item();
  return polygons;
}

me::Runs run(const me::Polygons& polygons, const std::int64_t* size, me::PixelRule rule) {
  return me::cpu::rasterize(polygons.view(), size, true, rule, me::FillRule::even_odd, me::Exec{1});
}

}  // namespace

// Bytes: height, width, then pairs of doubles.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::int64_t sides[] = {data[0], data[1]};
  const me::Polygons polygons = polygon_of(data + 2, size - 2, false);
  const me::PolygonColumns columns{polygons.coords.data(),          polygons.coords.size() / 2,
                                   polygons.ring_offsets.data(),    polygons.ring_offsets.size(),
                                   polygons.polygon_offsets.data(), polygons.polygon_offsets.size(),
                                   polygons.item_offsets.data(),    polygons.item_offsets.size()};
  try {
    me::validate(columns, 3);
    for (const me::PixelRule rule :
         {me::PixelRule::exact, me::PixelRule::coco, me::PixelRule::opencv, me::PixelRule::pillow,
          me::PixelRule::skimage, me::PixelRule::gdal, me::PixelRule::all_touched}) {
      try {
        const me::Runs runs = run(polygons, sides, rule);
        EXPECT(runs.n() == 1 && me::validate(runs.view()[0]).empty());
      } catch (const me::Error& error) {
        EXPECT(error.kind == me::ErrorKind::limit);  // each rule has its own limits
      }
    }
    me::Buffer<float> shares(sides[0] * sides[1]);
    try {
      me::cpu::coverage(polygons.view(), {sides[0], sides[1]}, me::FillRule::nonzero, shares.data(),
                        me::Exec{1});
      for (const float share : shares) EXPECT(share >= 0 && share <= 1);
    } catch (const me::Error& error) {
      EXPECT(error.kind == me::ErrorKind::limit);
    }
    const me::Runs forth = run(polygons, sides, me::PixelRule::exact);
    const me::Runs back = run(polygon_of(data + 2, size - 2, true), sides, me::PixelRule::exact);
    EXPECT(std::equal(forth.counts.begin(), forth.counts.end(), back.counts.begin(),
                      back.counts.end()));
  } catch (const me::Error&) {
    return 0;  // refused with a reason
  }
  return 0;
}
