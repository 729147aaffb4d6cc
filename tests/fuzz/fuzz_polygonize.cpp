// Any mask or label map: its outlines, and these simplified, give its pixels back as far as the
// bound says, at every CPU level; all rings are closed walks along pixel edges.
#include <cmath>
#include <map>

#include "base/error.h"
#include "engines.h"
#include "ops/polygonize/polygonize.h"
#include "ops/rasterize/rasterize.h"
#include "ops/simplify/simplify.h"
#include "search.h"

namespace {

me::Runs fill(const me::Polygons& polygons, me::Size size, me::PixelRule rule) {
  const std::int64_t sides[2] = {size.height, size.width};
  return me::cpu::rasterize(polygons.view(), sides, true, rule, me::FillRule::even_odd,
                            fuzz::one_thread);
}

bool same(const me::Polygons& a, const me::Polygons& b) {
  return std::equal(a.coords.begin(), a.coords.end(), b.coords.begin(), b.coords.end()) &&
         std::equal(a.ring_offsets.begin(), a.ring_offsets.end(), b.ring_offsets.begin(),
                    b.ring_offsets.end()) &&
         std::equal(a.polygon_offsets.begin(), a.polygon_offsets.end(), b.polygon_offsets.begin(),
                    b.polygon_offsets.end()) &&
         std::equal(a.item_offsets.begin(), a.item_offsets.end(), b.item_offsets.begin(),
                    b.item_offsets.end());
}

// Vertices are pixel corners in the image, and neighbours share a row or a column.
void check_rings(const me::Polygons& polygons, me::Size size) {
  const me::PolygonsView view = polygons.view();
  for (std::int64_t r = 0; r < view.rings_before(view.n); r++) {
    const me::Ring ring = view.ring(r);
    EXPECT(ring.n >= 4);
    for (std::int64_t v = 0; v < ring.n; v++) {
      const double *a = ring.xy + 2 * v, *b = ring.xy + 2 * ((v + 1) % ring.n);
      EXPECT(a[0] >= 0 && a[0] <= double(size.width) && a[1] >= 0 && a[1] <= double(size.height));
      EXPECT(a[0] == std::floor(a[0]) && a[1] == std::floor(a[1]));
      EXPECT((a[0] == b[0]) != (a[1] == b[1]));
    }
  }
}

std::int64_t common(const fuzz::Grid& a, const fuzz::Grid& b) {
  std::int64_t n = 0;
  for (std::size_t k = 0; k < a.all.size(); k++) n += a.all[k] != 0 && b.all[k] != 0 ? 1 : 0;
  return n;
}

void check_bounds(const me::Polygons& outline, const fuzz::Grid& mask, fuzz::Input& input,
                  bool shared) {
  const me::Runs wanted = fuzz::runs_of(mask);
  const double iou = static_cast<double>(input.byte()) / 255;
  const double most = 3 + static_cast<double>(input.byte());
  const double distance = static_cast<double>(input.byte()) / 32;
  me::Polygons first[4];
  bool known = false;
  fuzz::at_every_level([&] {
    const me::PolygonsView view = outline.view();
    const me::Polygons by[4] = {
        me::cpu::simplify(view, me::Bound::lossless, 0, shared, false, fuzz::one_thread),
        me::cpu::simplify(view, me::Bound::iou, iou, shared, false, fuzz::one_thread),
        me::cpu::simplify(view, me::Bound::vertices, most, shared, false, fuzz::one_thread),
        me::cpu::simplify(view, me::Bound::distance, distance, shared, false, fuzz::one_thread)};
    EXPECT(fuzz::same(fill(by[0], mask.size(), me::PixelRule::exact), wanted));
    EXPECT(fuzz::same(fill(by[0], mask.size(), me::PixelRule::coco), wanted));
    fuzz::Grid left(mask.height, mask.width);
    const me::Runs filled = fill(by[1], mask.size(), me::PixelRule::exact);
    EXPECT(fuzz::read_runs(filled.view()[0], left));
    const std::int64_t both = common(left, mask), any = left.area() + mask.area() - both;
    EXPECT(any == 0 || static_cast<double>(both) / static_cast<double>(any) >= iou);
    for (int k = 0; k < 4; k++) {
      EXPECT(by[k].coords.size() <= outline.coords.size());
      EXPECT(!known || same(by[k], first[k]));
      if (!known) first[k] = by[k];
    }
    known = true;
  });
}

void check_labels(const fuzz::Grid& values, me::Connectivity connectivity, me::Holes holes) {
  std::map<std::uint64_t, bool> labels;
  for (const std::uint64_t value : values.all) {
    if (value != 0) labels[value] = true;
  }
  const fuzz::Array map(values, me::Element::u16, 0);
  fuzz::at_every_level([&] {
    const me::cpu::LabelPolygons found =
        me::cpu::polygonize_labels(map.view(), connectivity, holes, fuzz::one_thread);
    EXPECT(found.ids.size() == static_cast<std::int64_t>(labels.size()));
    const me::Polygons tiles = me::cpu::simplify(found.polygons.view(), me::Bound::lossless, 0,
                                                 true, false, fuzz::one_thread);
    const me::Runs outlined = fill(found.polygons, values.size(), me::PixelRule::exact);
    const me::Runs tiled = fill(tiles, values.size(), me::PixelRule::exact);
    me::Runs wanted;
    std::int64_t i = 0;
    for (const auto& entry : labels) {
      EXPECT(found.ids[i++] == entry.first);
      fuzz::append_runs(fuzz::where(values, entry.first), wanted);
    }
    EXPECT(fuzz::same(outlined, wanted) && fuzz::same(tiled, wanted));
  });
}

}  // namespace

// Bytes: sides, flags, values, three bounds, then the map.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto [height, width] = fuzz::read_size(input);
  const std::uint8_t flags = input.byte();
  const auto connectivity = (flags & 1) != 0 ? me::Connectivity::eight : me::Connectivity::four;
  const me::Holes holes = (flags & 2) != 0 ? me::Holes::bridge : me::Holes::rings;
  const bool shared = (flags & 4) != 0;
  fuzz::Input bounds(input.at(), static_cast<std::size_t>(std::min<std::int64_t>(3, input.left())));
  for (int k = 0; k < 3; k++) input.byte();
  const fuzz::Grid values = fuzz::read_grid(input, height, width, 2 + flags / 8 % 4);
  fuzz::Grid mask = values;
  for (std::uint64_t& value : mask.all) value = value == 0 ? 0 : 1;
  const me::Runs runs = fuzz::runs_of(mask, 1 + flags % 5);
  const me::Polygons outline = me::cpu::polygonize(runs.view(), connectivity, holes,
                                                   me::Vertices::corners, fuzz::one_thread);
  check_rings(outline, mask.size());
  std::int64_t components = 0;
  fuzz::components_of(mask, connectivity == me::Connectivity::eight, &components);
  EXPECT(outline.polygon_offsets.size() == components + 1);
  EXPECT(fuzz::same(fill(outline, mask.size(), me::PixelRule::exact), fuzz::runs_of(mask)));
  EXPECT(fuzz::same(fill(outline, mask.size(), me::PixelRule::coco), fuzz::runs_of(mask)));
  const me::Polygons centres =
      me::cpu::polygonize(runs.view(), me::Connectivity::eight, me::Holes::rings,
                          me::Vertices::centres, fuzz::one_thread);
  EXPECT(fuzz::same(fill(centres, mask.size(), me::PixelRule::opencv), fuzz::runs_of(mask)));
  check_bounds(outline, mask, bounds, shared);
  check_labels(values, connectivity, holes);
  return 0;
}
