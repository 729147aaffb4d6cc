// Polygons of any rings, on and off the grid: the exact rule is what asking each pixel centre in
// integers says, even-odd and nonzero; each CPU level and the GPU
// kernels say the same, for COCO's rule, too.
#include "engines.h"
#include "geometry/fixed_point.h"
#include "ops/rasterize/rasterize.h"

namespace {

__extension__ using Wide = __int128;

// Crossings of the row through a centre that lie at or left of it, and their sum by direction.
struct Crossings {
  int n = 0, winding = 0;
};

void cross(const me::Ring& ring, std::int64_t cx, std::int64_t cy, Crossings& found) {
  for (std::int64_t v = 0; v < ring.n; v++) {
    const double *a = ring.xy + 2 * v, *b = ring.xy + 2 * ((v + 1) % ring.n);
    std::int64_t x0 = me::snap(a[0]), y0 = me::snap(a[1]), x1 = me::snap(b[0]), y1 = me::snap(b[1]);
    const int way = y0 < y1 ? 1 : -1;
    if (way < 0) {
      std::swap(x0, x1);
      std::swap(y0, y1);
    }
    if (cy < y0 || cy >= y1) continue;
    if (Wide(x1 - x0) * (cy - y0) > Wide(cx - x0) * (y1 - y0)) continue;
    found.n++;
    found.winding += way;
  }
}

fuzz::Grid fill(const me::PolygonsView& polygons, std::int64_t item, me::Size size,
                me::FillRule rule) {
  fuzz::Grid mask(size.height, size.width);
  for (std::int64_t y = 0; y < size.height; y++) {
    for (std::int64_t x = 0; x < size.width; x++) {
      const std::int64_t cx = x * me::grid_one + me::grid_half,
                         cy = y * me::grid_one + me::grid_half;
      for (std::int64_t p = polygons.item_offsets[item]; p < polygons.item_offsets[item + 1]; p++) {
        Crossings found;
        for (std::int64_t r = polygons.polygon_offsets[p]; r < polygons.polygon_offsets[p + 1];
             r++) {
          cross(polygons.ring(r), cx, cy, found);
        }
        const bool odd = found.n % 2 != 0, wound = found.winding != 0;
        if (rule == me::FillRule::even_odd ? odd : wound) mask.at(y, x) = 1;
      }
    }
  }
  return mask;
}

double read_coordinate(fuzz::Input& input, std::int64_t side) {
  const std::uint8_t how = input.byte();
  const auto place = static_cast<double>(input.below(side + 21) - 10);
  if (how < 100) return place + (how % 2) * 0.5;
  if (how < 180) return place + static_cast<double>(how) / 80;
  if (how < 250) return place + static_cast<double>(input.value<std::uint16_t>()) / 65536;
  return place * 1e5;
}

me::Polygons read_polygons(fuzz::Input& input, me::Size size) {
  me::Polygons polygons;
  for (std::int64_t items = 1 + input.below(3); items > 0; items--) {
    for (std::int64_t n = input.below(3); n > 0; n--) {
      for (std::int64_t rings = 1 + input.below(2); rings > 0; rings--) {
        for (std::int64_t v = 3 + input.below(8); v > 0; v--) {
          polygons.coords.push_back(read_coordinate(input, size.width));
          polygons.coords.push_back(read_coordinate(input, size.height));
        }
        polygons.end_ring();
      }
      polygons.end_polygon();
    }
    polygons.end_item();
  }
  return polygons;
}

void check_device(const me::Polygons& polygons, me::PixelRule rule, me::FillRule fill,
                  const me::Runs& wanted, const me::cuda::Queue& queue) {
  const me::cuda::DevicePolygonsView there{polygons.coords.data(),
                                           polygons.ring_offsets.data(),
                                           polygons.polygon_offsets.data(),
                                           polygons.item_offsets.data(),
                                           polygons.coords.size() / 2,
                                           polygons.ring_offsets.size() - 1,
                                           polygons.polygon_offsets.size() - 1,
                                           polygons.n(),
                                           false};
  EXPECT(fuzz::same(me::cuda::rasterize(queue, there, wanted.sizes.data(), rule, fill), wanted));
}

}  // namespace

// Bytes: sides, order, then rings.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const me::Size shape = fuzz::read_size(input);
  const me::cuda::Queue queue = fuzz::queue_of(input);
  const me::Polygons polygons = read_polygons(input, shape);
  const me::PolygonsView view = polygons.view();
  const std::int64_t sides[2] = {shape.height, shape.width};
  me::Runs even_odd, nonzero;
  for (std::int64_t i = 0; i < view.n; i++) {
    fuzz::append_runs(fill(view, i, shape, me::FillRule::even_odd), even_odd);
    fuzz::append_runs(fill(view, i, shape, me::FillRule::nonzero), nonzero);
  }
  const auto run = [&](me::PixelRule rule, me::FillRule fill) {
    return me::cpu::rasterize(view, sides, true, rule, fill, fuzz::one_thread);
  };
  const std::vector<me::PixelRule> rules{me::PixelRule::coco,   me::PixelRule::opencv,
                                         me::PixelRule::pillow, me::PixelRule::skimage,
                                         me::PixelRule::gdal,   me::PixelRule::all_touched};
  me::force_level("scalar");
  std::vector<me::Runs> wanted;
  for (const me::PixelRule rule : rules) wanted.push_back(run(rule, me::FillRule::even_odd));
  fuzz::at_every_level([&] {
    EXPECT(fuzz::same(run(me::PixelRule::exact, me::FillRule::even_odd), even_odd));
    EXPECT(fuzz::same(run(me::PixelRule::exact, me::FillRule::nonzero), nonzero));
    for (std::size_t k = 0; k < rules.size(); k++) {
      EXPECT(fuzz::same(run(rules[k], me::FillRule::even_odd), wanted[k]));
    }
  });
  check_device(polygons, me::PixelRule::exact, me::FillRule::even_odd, even_odd, queue);
  check_device(polygons, me::PixelRule::exact, me::FillRule::nonzero, nonzero, queue);
  check_device(polygons, me::PixelRule::coco, me::FillRule::even_odd, wanted[0], queue);
  return 0;
}
