// rasterize by the exact rule, to runs, arrays and label maps, against the definition; the other
// rules on polygons that they all see alike, and what they refuse.
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "../fuzz/levels.h"
#include "base/error.h"
#include "check.h"
#include "ops/rasterize/dense.h"
#include "ops/rasterize/labels.h"
#include "ops/rasterize/rasterize.h"
#include "ops/rasterize/row_dense.h"
#include "slow_fill.h"

namespace {

using fuzz::Grid;
using me::FillRule;
using me::PixelRule;

constexpr PixelRule row_rules[] = {PixelRule::opencv, PixelRule::pillow, PixelRule::skimage,
                                   PixelRule::gdal, PixelRule::all_touched};

me::Size any_size(std::mt19937& random) {
  return {static_cast<std::int64_t>(random() % 70), static_cast<std::int64_t>(random() % 150)};
}

me::Runs runs_of(const me::PolygonsView& polygons, me::Size size, PixelRule rule,
                 FillRule fill = FillRule::even_odd, int threads = 1) {
  const std::int64_t sides[] = {size.height, size.width};
  return me::cpu::rasterize(polygons, sides, true, rule, fill, {threads});
}

me::Runs slow_runs(const me::PolygonsView& polygons, me::Size size, FillRule fill) {
  me::Runs runs;
  for (std::int64_t i = 0; i < polygons.n; i++) {
    fuzz::append_runs(slow::fill(polygons, i, size, fill), runs);
  }
  return runs;
}

// Boxes with corners at whole coordinates, one ring or two for a frame.
void add_box(me::Polygons& out, double left, double top, double right, double bottom) {
  const double corners[] = {left, top, right, top, right, bottom, left, bottom};
  out.coords.append(corners, 8);
  out.end_ring();
}

std::vector<std::uint64_t> pixels_of(const std::vector<char>& memory, std::int64_t bytes) {
  std::vector<std::uint64_t> out(memory.size() / static_cast<std::size_t>(bytes));
  for (std::size_t k = 0; k < out.size(); k++) {
    std::memcpy(&out[k], memory.data() + k * static_cast<std::size_t>(bytes),
                static_cast<std::size_t>(bytes));
  }
  return out;
}

}  // namespace

ME_TEST(rasterize_by_the_exact_rule) {
  fuzz::at_every_level([&] {
    std::mt19937 random(1);
    for (int round = 0; round < 150; round++) {
      const me::Size size = any_size(random);
      me::Polygons polygons;
      for (std::uint32_t n = random() % 4; n > 0; n--) {
        slow::add_item(random, size, {3, 2, round % 5 == 0 ? 40u : 9u}, polygons);
      }
      const FillRule fill = round % 2 == 0 ? FillRule::even_odd : FillRule::nonzero;
      const me::Runs ours = runs_of(polygons.view(), size, PixelRule::exact, fill, 1 + round % 2);
      CHECK(fuzz::same(ours, slow_runs(polygons.view(), size, fill)));
    }
  });
}

// Long flat zigzags: rows have fewer crossings than columns.
ME_TEST(rasterize_scans_rows_where_that_is_less) {
  std::mt19937 random(2);
  for (const std::int64_t vertices : {300, 3000}) {
    const me::Size size{vertices > 1000 ? 60 : 25, 500};
    me::Polygons polygons;
    for (std::int64_t k = 0; k < vertices; k++) {
      polygons.coords.push_back((k % 2 == 0 ? 0 : 450) + slow::place(random, 40));
      const auto y = static_cast<double>(k * size.height / vertices);
      polygons.coords.push_back(y + static_cast<double>(random() % 32) / 16);
    }
    polygons.end_ring();
    polygons.end_polygon();
    polygons.end_item();
    for (const FillRule fill : {FillRule::even_odd, FillRule::nonzero}) {
      const me::Runs wanted = slow_runs(polygons.view(), size, fill);
      for (const int threads : {1, 3}) {
        CHECK(fuzz::same(runs_of(polygons.view(), size, PixelRule::exact, fill, threads), wanted));
      }
    }
  }
}

// Long ways both ways, so that threads share the columns of one item.
ME_TEST(rasterize_shares_one_item_among_threads) {
  std::mt19937 random(3);
  const me::Size size{160, 170};
  me::Polygons polygons;
  slow::add_item(random, size, {1, 1, 3}, polygons);
  for (int k = 0; k < 4000; k++) {
    polygons.coords.push_back(slow::place(random, size.width));
    polygons.coords.push_back(slow::place(random, size.height));
  }
  polygons.ring_offsets[1] = polygons.coords.size() / 2;
  for (const FillRule fill : {FillRule::even_odd, FillRule::nonzero}) {
    const me::Runs wanted = slow_runs(polygons.view(), size, fill);
    for (const int threads : {1, 2, 5}) {
      CHECK(fuzz::same(runs_of(polygons.view(), size, PixelRule::exact, fill, threads), wanted));
    }
  }
}

ME_TEST(polygons_straight_to_arrays) {
  fuzz::at_every_level([&] {
    std::mt19937 random(4);
    for (int round = 0; round < 80; round++) {
      const me::Size size = any_size(random);
      me::Polygons polygons;
      for (std::uint32_t n = random() % 4; n > 0; n--) {
        slow::add_item(random, size, {3, 2, round % 3 == 0 ? 60u : 7u}, polygons);
      }
      const std::int64_t bytes = std::int64_t{1} << round % 4;
      const std::uint64_t value = 0x1122334455667788u >> (64 - 8 * bytes);
      std::vector<char> out(static_cast<std::size_t>(polygons.n() * size.area() * bytes), 7);
      me::cpu::check_exact(polygons.view());
      me::cpu::fill_dense(polygons.view(), size, bytes, value, out.data(), {1 + round % 2});
      const std::vector<std::uint64_t> found = pixels_of(out, bytes);
      std::size_t k = 0;
      for (std::int64_t i = 0; i < polygons.n(); i++) {
        for (const std::uint64_t pixel : slow::fill(polygons.view(), i, size).all) {
          CHECK_EQUAL(found[k++], pixel * value);
        }
      }
    }
  });
}

ME_TEST(one_large_polygon_is_an_array_shared_by_threads) {
  std::mt19937 random(5);
  const me::Size size{700, 900};
  me::Polygons polygons;
  slow::add_item(random, size, {1, 1, 9}, polygons);
  slow::add_item(random, size, {2, 1, 30}, polygons);
  const Grid wanted[] = {slow::fill(polygons.view(), 0, size),
                         slow::fill(polygons.view(), 1, size)};
  for (int item = 0; item < 2; item++) {
    me::Polygons one;
    one.append_item(polygons.view(), item);
    std::vector<char> out(static_cast<std::size_t>(size.area() * 8), 7);
    me::cpu::fill_dense(one.view(), size, 8, 1, out.data(), {3});
    CHECK(pixels_of(out, 8) == wanted[item].all);
  }
}

ME_TEST(labels_of_later_polygons_lie_over_those_of_earlier_ones) {
  std::mt19937 random(6);
  for (int round = 0; round < 60; round++) {
    const me::Size size = any_size(random);
    me::Polygons polygons;
    const std::uint32_t n = random() % 5;
    for (std::uint32_t i = 0; i < n; i++) {
      slow::add_item(random, size, {2, 2, round == 7 ? 6000u : 8u}, polygons);
    }
    const std::int64_t labels[] = {300, 7, 90000, 1, 2};
    const std::int64_t order[] = {n - 1, 0, 1, 2, 3};  // the last one lies under all others
    const me::Element element = round % 2 == 0 ? me::Element::u32 : me::Element::i64;
    const FillRule fill = round % 4 < 2 ? FillRule::even_odd : FillRule::nonzero;
    Grid wanted(size.height, size.width);
    for (std::uint64_t& pixel : wanted.all) pixel = 5;
    const fuzz::Array polygons_map(wanted, element, round % 8),
        runs_map(wanted, element, round % 8);
    for (std::uint32_t k = 0; k < n; k++) {
      const Grid mask = slow::fill(polygons.view(), order[k], size, fill);
      for (std::size_t p = 0; p < mask.all.size(); p++) {
        if (mask.all[p] != 0) wanted.all[p] = static_cast<std::uint64_t>(labels[order[k]]);
      }
    }
    const int threads = 1 + round % 3;
    me::cpu::paint_polygons(polygons.view(), fill, order, labels, polygons_map.out(), {threads});
    CHECK(polygons_map.grid() == wanted);
    const me::Runs runs = slow_runs(polygons.view(), size, fill);
    me::cpu::paint_labels(runs.view(), order, labels, runs_map.out(), {threads});
    CHECK(runs_map.grid() == wanted);
  }
}

// Boxes between pixels, one over the other. OpenCV, Pillow and scikit-image have the centres of
// pixels at whole coordinates, and draw those on all edges.
ME_TEST(the_rules_of_others_on_boxes) {
  for (const std::int64_t height : {9, 100, 150, 220, 300, 1100, 70000}) {
    const me::Size size{height, height > 1000 ? 5 : 140};
    const auto low = static_cast<double>(height - 2);
    me::Polygons polygons;
    add_box(polygons, 1, 2, 3, low);
    polygons.end_polygon();
    add_box(polygons, 2, 1, 4, low - 2);
    polygons.end_polygon();
    polygons.end_item();
    me::Polygons alike;
    add_box(alike, 1, 2, 4, low + 1);
    alike.end_polygon();
    add_box(alike, 2, 1, 5, low - 1);
    alike.end_polygon();
    alike.end_item();
    const Grid of_areas = slow::fill(polygons.view(), 0, size);
    const Grid of_centres = slow::fill(alike.view(), 0, size);
    for (const PixelRule rule : row_rules) {
      const bool gdal = rule == PixelRule::gdal || rule == PixelRule::all_touched;
      const Grid& wanted = gdal ? of_areas : of_centres;
      CHECK(fuzz::same(runs_of(polygons.view(), size, rule), fuzz::runs_of(wanted)));
      if (!me::cpu::rows_fit(polygons.view(), size)) continue;
      std::vector<char> out(static_cast<std::size_t>(2 * size.area()), 9);
      me::cpu::fill_dense_rows(polygons.view(), size, rule, 2, 0x0301, out.data(), {1});
      const std::vector<std::uint64_t> found = pixels_of(out, 2);
      for (std::size_t k = 0; k < found.size(); k++) CHECK_EQUAL(found[k], 0x0301 * wanted.all[k]);
    }
  }
}

ME_TEST(items_without_a_polygon_are_empty) {
  me::Polygons polygons;
  polygons.end_item();
  polygons.end_polygon();  // without rings
  polygons.end_item();
  const std::int64_t one[] = {4, 5, 2, 3};
  for (const PixelRule rule : row_rules) {
    const me::Runs runs =
        me::cpu::rasterize(polygons.view(), one, false, rule, FillRule::even_odd, {1});
    CHECK(runs.n() == 2 && runs.view().size(1) == (me::Size{2, 3}));
    CHECK_EQUAL(runs.view()[0].n, 1);
    CHECK_EQUAL(runs.view()[1].counts[0], 6u);
    std::vector<char> out(40, 9);
    me::cpu::fill_dense_rows(polygons.view(), {4, 5}, rule, 1, 1, out.data(), {1});
    CHECK(out == std::vector<char>(40));
  }
  me::cpu::fill_dense_rows(polygons.view(), {0, 5}, PixelRule::gdal, 1, 1, nullptr, {1});
  me::cpu::fill_dense(me::Polygons().view(), {4, 5}, 1, 1, nullptr, {1});
}

ME_TEST(rasterize_refuses_what_a_rule_cannot_say) {
  me::Polygons far;
  add_box(far, 0, 0, 5, 1e10);
  far.end_polygon();
  far.end_item();
  CHECK_THROWS(me::Error, me::cpu::check_exact(far.view()), {
    CHECK(caught.kind == me::ErrorKind::limit);
    CHECK_EQUAL(caught.parameter, std::string("polygons"));
  });
  CHECK(!me::cpu::rows_fit(far.view(), {5, 5}));
  CHECK(!me::cpu::rows_fit(me::Polygons().view(), {5, 1 << 21}));
  far.coords[1] = std::nan("");
  CHECK_THROWS(me::Error, me::cpu::check_exact(far.view()),
               { CHECK(caught.kind == me::ErrorKind::bad_polygon); });
  me::Polygons tall;
  add_box(tall, 0, 0, 1, 200e6);
  tall.end_polygon();
  tall.end_item();
  CHECK_THROWS(me::Error, runs_of(tall.view(), {200000000, 1}, PixelRule::gdal), {
    CHECK(caught.kind == me::ErrorKind::limit);
    CHECK_EQUAL(std::string(caught.what()).substr(0, 40),
                std::string("expected a polygon that spans at most 13"));
  });
}
