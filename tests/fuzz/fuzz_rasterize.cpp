// Any numbers as the vertices of a polygon: all rules give sound runs, or say why not; reversing
// the vertices changes nothing under the exact rule.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/error.h"
#include "expect.h"
#include "input.h"
#include "ops/rasterize/coverage.h"
#include "ops/rasterize/dense.h"
#include "ops/rasterize/labels.h"
#include "ops/rasterize/rasterize.h"
#include "ops/rasterize/row_dense.h"

namespace {

me::Polygons polygon_of(const std::uint8_t* data, std::size_t size, bool reversed) {
  me::Polygons polygons;
  const bool small = size > 0 && data[0] % 2 == 1;  // quarters near the image
  const std::size_t bytes = small ? 4 : 16;
  const std::size_t vertices = std::min<std::size_t>(size / bytes, 64);
  for (std::size_t v = 0; v < vertices; v++) {
    const std::uint8_t* at = data + bytes * (reversed ? vertices - 1 - v : v);
    double point[2];
    std::int16_t quarters[2];
    std::memcpy(point, at, small ? 0 : 16);
    std::memcpy(quarters, at, small ? 4 : 0);
    for (int k = 0; small && k < 2; k++) point[k] = quarters[k] % 1200 / 4.0;
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

// Pixels written without runs in between are those of the runs.
void check_pixels(const me::Polygons& polygons, me::Size size, me::PixelRule rule,
                  const me::Runs& runs) {
  fuzz::Grid wanted(size.height, size.width);
  EXPECT(fuzz::read_runs(runs.view()[0], wanted));
  std::vector<std::uint8_t> pixels(wanted.all.size() + 1, 9);
  char* const out = reinterpret_cast<char*>(pixels.data());
  const std::int64_t label = 5, order = 0;
  if (rule == me::PixelRule::exact) {
    me::cpu::fill_dense(polygons.view(), size, 1, 5, out, me::Exec{1});
    for (std::size_t p = 0; p < wanted.all.size(); p++) EXPECT(pixels[p] == 5 * wanted.all[p]);
    const me::MutableMaskView map{out,        me::Element::u8,          1,          size.height,
                                  size.width, size.height * size.width, size.width, 1};
    std::fill(pixels.begin(), pixels.end(), std::uint8_t{0});
    me::cpu::paint_polygons(polygons.view(), me::FillRule::even_odd, &order, &label, map,
                            me::Exec{1});
    for (std::size_t p = 0; p < wanted.all.size(); p++) EXPECT(pixels[p] == 5 * wanted.all[p]);
    std::fill(pixels.begin(), pixels.end(), std::uint8_t{0});
    me::cpu::paint_labels(runs.view(), &order, &label, map, me::Exec{1});
  } else {
    if (rule == me::PixelRule::coco || !me::cpu::rows_fit(polygons.view(), size)) return;
    me::cpu::fill_dense_rows(polygons.view(), size, rule, 1, 5, out, me::Exec{1});
  }
  for (std::size_t p = 0; p < wanted.all.size(); p++) EXPECT(pixels[p] == 5 * wanted.all[p]);
}

}  // namespace

// Bytes: height, width, then pairs of doubles, or of 16 bits where the first of them is odd.
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
        check_pixels(polygons, {sides[0], sides[1]}, rule, runs);
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
