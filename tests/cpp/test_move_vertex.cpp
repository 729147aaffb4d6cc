// move_vertex and check_polygons on random polygons, against every pixel and every pair in
// integers.
#include <cstdint>
#include <random>
#include <string>
#include <utility>

#include "check.h"
#include "ops/check_polygons/check_polygons.h"
#include "ops/move_vertex/move_vertex.h"
#include "runs/builder.h"

namespace {

constexpr std::int64_t unit = 16;  // coordinates are multiples of 1/16
constexpr me::Size size{12, 15};

std::int64_t in_units(double coordinate) { return static_cast<std::int64_t>(coordinate * unit); }

// Whether the edge a b is crossed on the way from the far left to p, just below it if level.
bool left_of(const double* a, const double* b, std::int64_t px, std::int64_t py) {
  std::int64_t ax = in_units(a[0]), ay = in_units(a[1]), bx = in_units(b[0]), by = in_units(b[1]);
  if (ay > by) {
    std::swap(ax, bx);
    std::swap(ay, by);
  }
  if (!(ay <= py && py < by)) return false;
  return ax * (by - ay) + (py - ay) * (bx - ax) <= px * (by - ay);
}

std::string by_pixels(const me::PolygonsView& polygons) {
  std::string text;
  for (std::int64_t x = 0; x < size.width; x++) {
    for (std::int64_t y = 0; y < size.height; y++) {
      bool inside = false;
      for (std::int64_t r = 0; r < polygons.rings_before(1); r++) {
        const me::Ring ring = polygons.ring(r);
        for (std::int64_t i = 0; i < ring.n; i++) {
          const double* next = ring.xy + 2 * ((i + 1) % ring.n);
          inside ^= left_of(ring.xy + 2 * i, next, x * unit + unit / 2, y * unit + unit / 2);
        }
      }
      text += inside ? '#' : '.';
    }
  }
  return text;
}

std::string drawn(const me::RunList& runs) {
  std::string text;
  for (std::int64_t k = 0; k < runs.n; k++) text.append(runs.counts[k], k % 2 == 0 ? '.' : '#');
  return text;
}

me::Runs mask_of(const std::string& pixels) {
  me::Runs runs;
  me::RunBuilder builder(runs.counts);
  for (const char pixel : pixels) builder.append(pixel == '#', 1);
  builder.finish();
  runs.end_item(size);
  return runs;
}

double place(std::mt19937& random, std::int64_t side) {
  const auto span = static_cast<std::uint32_t>((side + 6) * unit);
  return static_cast<double>(random() % span) / unit - 3;
}

me::Polygons random_polygon(std::mt19937& random) {
  me::Polygons out;
  for (std::uint32_t rings = 1 + random() % 2; rings > 0; rings--) {
    for (std::uint32_t n = 3 + random() % 9; n > 0; n--) {
      out.coords.push_back(place(random, size.width));
      out.coords.push_back(place(random, size.height));
    }
    out.end_ring();
  }
  out.end_polygon();
  out.end_item();
  return out;
}

}  // namespace

ME_TEST(moves_of_one_vertex_give_the_pixels_of_the_moved_polygon) {
  std::mt19937 random(4);
  for (int round = 0; round < 400; round++) {
    const me::Polygons start = random_polygon(random);
    const std::int64_t vertices = start.coords.size() / 2;
    const auto vertex = static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(vertices));
    me::Polygons now = start;
    me::Runs masks = mask_of(by_pixels(now.view()));
    double from[2];
    for (int step = 0; step < 4; step++) {
      const me::cpu::VertexMove move{0, vertex, place(random, size.width),
                                     place(random, size.height)};
      // from where the last step left it, in the polygon as it was at the start
      const me::cpu::MovedVertex moved = me::cpu::move_vertex(
          masks.view(), start.view(), move, step > 0 ? from : nullptr, me::EdgeRule::exact);
      now = me::cpu::with_vertex(now.view(), move);
      masks = moved.masks;
      CHECK_EQUAL(drawn(masks.view()[0]), by_pixels(now.view()));
      from[0] = move.x;
      from[1] = move.y;
    }
  }
}

ME_TEST(a_zigzag_of_long_edges_and_one_across_them) {
  for (const std::int64_t n : {4, 46, 50, 300}) {
    me::Polygons ring;
    const auto add = [&](double x, double y) {
      ring.coords.push_back(x);
      ring.coords.push_back(y);
    };
    for (std::int64_t k = 0; k < n; k++) add(k % 2 != 0 ? 400 : 0, static_cast<double>(k));
    const auto end = static_cast<double>(n + 9);
    add(500, end);
    add(200, end);
    add(200, -9);
    ring.end_ring();
    ring.end_polygon();
    ring.end_item();
    const auto found = me::cpu::check_polygons(ring.view(), {1000, 1 << 28}, {});
    CHECK_EQUAL(found.places.size() / 2, n - 1);
  }
}
