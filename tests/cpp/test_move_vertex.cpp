// move_vertex and check_polygons on random polygons, against every pixel and every pair in
// integers.
#include <cmath>
#include <cstdint>
#include <random>
#include <string>

#include "base/error.h"
#include "check.h"
#include "ops/check_polygons/check_polygons.h"
#include "ops/move_vertex/move_vertex.h"
#include "ops/rasterize/rasterize.h"
#include "slow_fill.h"

namespace {

constexpr me::Size size{12, 15};

using me::EdgeRule;
using me::cpu::VertexMove;

// The masks of all items.
me::Runs masks_of(const me::PolygonsView& polygons, EdgeRule rule, std::uint64_t odd = 0) {
  me::Runs runs;
  if (rule == EdgeRule::coco) {  // which is tested against pycocotools
    const std::int64_t sides[] = {size.height, size.width};
    return me::cpu::rasterize(polygons, sides, true, me::PixelRule::coco, me::FillRule::even_odd,
                              {1});
  }
  for (std::int64_t i = 0; i < polygons.n; i++) {
    fuzz::append_runs(slow::fill(polygons, i, size), runs, odd);
  }
  return runs;
}

fuzz::Grid pixels_of(const me::RunsView& masks, std::int64_t item) {
  fuzz::Grid out(size.height, size.width);
  CHECK(fuzz::read_runs(masks[item], out));
  return out;
}

// The pixels that differ, and the box around them.
void check_change(const me::cpu::MovedVertex& moved, const fuzz::Grid& before,
                  const fuzz::Grid& after) {
  fuzz::Grid wanted(size.height, size.width);
  std::int64_t left = size.width, top = size.height, right = 0, bottom = 0;
  for (std::int64_t y = 0; y < size.height; y++) {
    for (std::int64_t x = 0; x < size.width; x++) {
      if (before.at(y, x) == after.at(y, x)) continue;
      wanted.at(y, x) = 1;
      left = std::min(left, x);
      top = std::min(top, y);
      right = std::max(right, x + 1);
      bottom = std::max(bottom, y + 1);
    }
  }
  CHECK(pixels_of(moved.change.view(), 0) == wanted);
  if (wanted.area() == 0) left = top = right = bottom = 0;
  CHECK(moved.box[0] == left && moved.box[1] == top && moved.box[2] == right - left &&
        moved.box[3] == bottom - top);
  std::vector<char> dense;
  for (const std::uint64_t pixel : before.all) dense.push_back(pixel != 0 ? 1 : 0);
  me::cpu::toggle_pixels(moved.change.view(), {dense.data(), me::Element::u8, 1, size.height,
                                               size.width, size.area(), size.width, 1});
  for (std::size_t k = 0; k < dense.size(); k++) {
    CHECK_EQUAL(static_cast<std::uint64_t>(dense[k]), after.all[k]);
  }
}

// The last vertex of a closed ring is the first one once more.
me::Polygons random_items(std::mt19937& random, slow::Shape most, bool closed) {
  me::Polygons open;
  for (std::uint32_t n = 1 + random() % 2; n > 0; n--) slow::add_item(random, size, most, open);
  if (!closed) return open;
  me::Polygons out;
  const me::PolygonsView view = open.view();
  for (std::int64_t i = 0; i < view.n; i++) {
    for (std::int64_t p = view.item_offsets[i]; p < view.item_offsets[i + 1]; p++) {
      for (std::int64_t r = view.polygon_offsets[p]; r < view.polygon_offsets[p + 1]; r++) {
        out.coords.append(view.ring(r).xy, 2 * view.ring(r).n);
        out.coords.append(view.ring(r).xy, 2);
        out.end_ring();
      }
      out.end_polygon();
    }
    out.end_item();
  }
  return out;
}

void check_moves(std::mt19937& random, slow::Shape most, EdgeRule rule, bool closed) {
  const me::Polygons start = random_items(random, most, closed);
  const auto item = static_cast<std::int64_t>(random()) % start.n();
  const me::PolygonsView view = start.view();
  const std::int64_t vertices = view.vertices_before(item + 1) - view.vertices_before(item);
  const std::int64_t vertex = static_cast<std::int64_t>(random()) % vertices;
  me::Polygons now = start;
  me::Runs masks = masks_of(view, rule, random() % 3 == 0 ? 4 : 0);
  double from[2];
  for (int step = 0; step < 4; step++) {
    VertexMove move{item, vertex, slow::place(random, size.width),
                    slow::place(random, size.height)};
    if (step == 3) {  // nowhere
      move.x = from[0];
      move.y = from[1];
    }
    // from where the last step left it, in the polygon as it was at the start
    const me::cpu::MovedVertex moved =
        me::cpu::move_vertex(masks.view(), view, move, step > 0 ? from : nullptr, rule);
    now = me::cpu::with_vertex(now.view(), move);
    const me::Runs wanted = masks_of(now.view(), rule);
    for (std::int64_t i = 0; i < start.n(); i++) {
      CHECK(pixels_of(moved.masks.view(), i) == pixels_of(wanted.view(), i));
    }
    check_change(moved, pixels_of(masks.view(), item), pixels_of(wanted.view(), item));
    masks = moved.masks;
    from[0] = move.x;
    from[1] = move.y;
  }
}

}  // namespace

ME_TEST(moves_of_one_vertex_give_the_pixels_of_the_moved_polygon) {
  std::mt19937 random(4);
  for (int round = 0; round < 400; round++) {
    const EdgeRule rule = round % 4 == 1 ? EdgeRule::coco : EdgeRule::exact;
    const slow::Shape most{round % 5 == 0 ? 3u : 1u, 2, 11};
    check_moves(random, most, rule, round % 3 == 0);
  }
}

ME_TEST(vertices_that_close_a_ring_do_not_stand_alone) {
  const double xy[] = {1, 1, 5, 1, 5, 5, 1, 1, 0, 0, 3, 0, 3, 3};
  me::Polygons polygons;
  polygons.coords.append(xy, 8);
  polygons.end_ring();
  polygons.coords.append(xy + 8, 6);
  polygons.end_ring();
  polygons.end_polygon();
  polygons.end_item();
  const bool wanted[] = {false, true, true, false, false, true, false};
  for (std::int64_t v = 0; v < 7; v++) {
    CHECK_EQUAL(me::cpu::stands_alone(polygons.view(), 0, v), wanted[v]);
  }
}

ME_TEST(moves_that_are_refused) {
  std::mt19937 random(5);
  me::Polygons polygons;
  slow::add_item(random, size, {1, 1, 3}, polygons);
  const me::Runs masks = masks_of(polygons.view(), EdgeRule::exact);
  const auto message = [&](const VertexMove& move, EdgeRule rule) {
    try {
      me::cpu::move_vertex(masks.view(), polygons.view(), move, nullptr, rule);
    } catch (const me::Error& error) {
      return error.parameter + ": " + error.what();
    }
    return std::string("nothing");
  };
  const std::string far = " pixels of 0; clip the polygon to the image first";
  CHECK_EQUAL(message({1, 0, 0, 0}, EdgeRule::exact),
              std::string("item: expected an item in [0, 1), got 1"));
  CHECK_EQUAL(message({-1, 0, 0, 0}, EdgeRule::exact),
              std::string("item: expected an item in [0, 1), got -1"));
  CHECK_EQUAL(message({0, 3, 0, 0}, EdgeRule::exact),
              std::string("vertex: expected a vertex in [0, 3), got 3"));
  CHECK_EQUAL(message({0, -1, 0, 0}, EdgeRule::exact),
              std::string("vertex: expected a vertex in [0, 3), got -1"));
  CHECK_EQUAL(message({0, 0, std::nan(""), 0}, EdgeRule::coco),
              std::string("to: expected a finite x"));
  CHECK_EQUAL(message({0, 0, 0, -HUGE_VAL}, EdgeRule::exact),
              std::string("to: expected a finite y"));
  CHECK_EQUAL(message({0, 0, 1e10, 0}, EdgeRule::exact), "to: expected x within 2^31" + far);
  CHECK_EQUAL(message({0, 0, 0, -1e301}, EdgeRule::coco), "to: expected y within 1e300" + far);
  CHECK_EQUAL(message({0, 0, 1e10, 0}, EdgeRule::coco), std::string("nothing"));
  const me::Runs none;
  CHECK_THROWS(
      me::Error,
      me::cpu::move_vertex(none.view(), polygons.view(), {0, 0, 0, 0}, nullptr, EdgeRule::exact),
      { CHECK(caught.kind == me::ErrorKind::shape_mismatch); });
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
