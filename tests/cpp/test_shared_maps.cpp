// Large maps that threads share, strip by strip, against a search pixel by pixel: components,
// cleaning, statistics of frames, other labels, morphology.
#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "../fuzz/levels.h"
#include "../fuzz/search.h"
#include "base/error.h"
#include "check.h"
#include "ops/clean/clean.h"
#include "ops/close/close.h"
#include "ops/frame_stats/frame_stats.h"
#include "ops/label/label.h"
#include "ops/open/open.h"
#include "ops/remap/remap.h"
#include "runs/morphology.h"

namespace {

using fuzz::Grid;

constexpr me::Size size{260, 390};

// Patches of a few values with holes, that hang together over many rows.
Grid draw(std::mt19937& random, std::uint64_t values, me::Size shape = size) {
  Grid grid(shape.height, shape.width);
  for (std::int64_t y = 0; y < grid.height; y++) {
    for (std::int64_t x = 0; x < grid.width; x++) {
      const std::uint32_t how = random() % 8;
      std::uint64_t value = random() % values;
      if (how > 0 && x > 0) value = grid.at(y, x - 1);
      if (how > 3 && y > 0) value = grid.at(y - 1, x);
      grid.at(y, x) = value;
    }
  }
  return grid;
}

std::vector<std::int64_t> areas_of(const Grid& numbers, std::int64_t n) {
  std::vector<std::int64_t> areas(static_cast<std::size_t>(n) + 1);
  for (const std::uint64_t number : numbers.all) areas[number]++;
  return areas;
}

// Pixel sides between a component and what is not of it, and the holes in it.
std::vector<std::int64_t> perimeters_of(const Grid& numbers, std::int64_t n) {
  std::vector<std::int64_t> out(static_cast<std::size_t>(n) + 1);
  for (std::int64_t y = 0; y < numbers.height; y++) {
    for (std::int64_t x = 0; x < numbers.width; x++) {
      const std::int64_t near[4][2] = {{y - 1, x}, {y + 1, x}, {y, x - 1}, {y, x + 1}};
      for (const auto& to : near) {
        const bool same = numbers.has(to[0], to[1]) && numbers.at(to[0], to[1]) == numbers.at(y, x);
        out[numbers.at(y, x)] += same ? 0 : 1;
      }
    }
  }
  return out;
}

void check_labels(const Grid& map, me::Element element, bool valued, bool corners, int layout) {
  std::int64_t n = 0;
  Grid read = map;
  for (std::uint64_t& value : read.all) value = valued || value == 0 ? value : 1;
  const Grid wanted = fuzz::components_of(read, corners, &n);
  const std::vector<std::int64_t> areas = areas_of(wanted, n);
  const std::vector<std::int64_t> perimeters = perimeters_of(wanted, n);
  const fuzz::Array array(map, element, layout);
  const auto check = [&](bool measured) {
    const me::ComponentOptions options{{corners, measured}, valued, true, false};
    me::cpu::Labelling found(array.view(), options, {3});
    CHECK_EQUAL(found.n(0), n);
    const fuzz::Array out(map.height, map.width, me::Element::u32, layout);
    found.paint(out.out(), {3});
    CHECK(out.grid() == wanted);
    if (!measured) return;
    const me::ComponentStats stats = found.stats({2});
    CHECK_EQUAL(stats.n(), n);
    for (std::int64_t k = 0; k < n; k++) {
      CHECK_EQUAL(stats.area[k], areas[static_cast<std::size_t>(k) + 1]);
      CHECK_EQUAL(stats.perimeters[k], perimeters[static_cast<std::size_t>(k) + 1]);
    }
  };
  fuzz::at_every_level([&] { check(true); });
  check(false);
}

// Dilation or erosion by a square, from its definition; pixels outside are background.
Grid stepped(const Grid& mask, me::Step step, std::int64_t reach, bool border_set) {
  const std::uint64_t looked_for = step == me::Step::dilate ? 1 : 0;
  Grid out = mask;
  const std::uint64_t beyond = step == me::Step::erode && border_set ? 1 : 0;
  for (std::int64_t y = 0; y < mask.height; y++) {
    for (std::int64_t x = 0; x < mask.width; x++) {
      for (std::int64_t v = y - reach; v <= y + reach; v++) {
        for (std::int64_t u = x - reach; u <= x + reach; u++) {
          if ((mask.has(v, u) ? mask.at(v, u) : beyond) == looked_for) out.at(y, x) = looked_for;
        }
      }
    }
  }
  return out;
}

}  // namespace

ME_TEST(components_of_a_map_that_threads_share) {
  std::mt19937 random(41);
  constexpr me::Element elements[] = {me::Element::u8, me::Element::u16, me::Element::i64};
  for (int k = 0; k < 6; k++) {
    const bool valued = k < 3;
    check_labels(draw(random, valued ? 4 : 2), elements[k % 3], valued, k % 2 == 0, k);
  }
}

ME_TEST(clean_maps_that_threads_share) {
  using Rule = me::cpu::CleanRule;
  std::mt19937 random(42);
  for (int round = 0; round < 3; round++) {
    const bool corners = round % 2 == 0;
    const Grid map = draw(random, 3);
    const std::int64_t limit = 12;
    std::int64_t n = 0;
    Grid wanted = map;
    // small components of equal values go
    Grid numbers = fuzz::components_of(map, corners, &n);
    std::vector<std::int64_t> areas = areas_of(numbers, n);
    for (std::size_t p = 0; p < wanted.all.size(); p++) {
      if (areas[numbers.all[p]] < limit) wanted.all[p] = 0;
    }
    const fuzz::Array small(map, me::Element::u16, round % 8);
    const Rule rule{Rule::Kind::small, corners, true, {nullptr, nullptr, 0, limit}};
    me::cpu::clean(small.out(), rule, {3});
    CHECK(small.grid() == wanted);
    // holes with one value around them get it
    wanted = map;
    numbers = fuzz::components_of(fuzz::where(map, 0), !corners, &n);
    areas = areas_of(numbers, n);
    std::vector<std::vector<std::uint64_t>> around(areas.size());
    std::vector<bool> at_border(areas.size());
    for (std::int64_t y = 0; y < map.height; y++) {
      for (std::int64_t x = 0; x < map.width; x++) {
        const std::uint64_t k = numbers.at(y, x);
        const std::int64_t near[4][2] = {{y - 1, x}, {y + 1, x}, {y, x - 1}, {y, x + 1}};
        for (const auto& to : near) {
          if (!map.has(to[0], to[1])) {
            at_border[k] = true;
          } else if (map.at(to[0], to[1]) != 0) {
            around[k].push_back(map.at(to[0], to[1]));
          }
        }
      }
    }
    for (std::size_t p = 0; p < wanted.all.size(); p++) {
      const std::uint64_t k = numbers.all[p];
      if (k == 0 || at_border[k] || areas[k] > limit) continue;
      const std::vector<std::uint64_t>& seen = around[k];
      const bool one = std::all_of(seen.begin(), seen.end(), [&](auto v) { return v == seen[0]; });
      if (one) wanted.all[p] = seen[0];
    }
    const fuzz::Array holes(map, me::Element::i32, round % 8);
    const Rule fill{Rule::Kind::holes, corners, true, {nullptr, nullptr, 0, limit}};
    me::cpu::clean(holes.out(), fill, {3});
    CHECK(holes.grid() == wanted);
  }
}

ME_TEST(frames_that_threads_share) {
  std::mt19937 random(43);
  std::vector<Grid> grids;
  std::vector<std::unique_ptr<fuzz::Array>> arrays;
  std::vector<me::MaskView> views;
  constexpr me::Element elements[] = {me::Element::i8, me::Element::i16, me::Element::i32,
                                      me::Element::i64, me::Element::u16};
  for (int k = 0; k < 5; k++) {
    grids.push_back(draw(random, 5));
    for (std::uint64_t& value : grids.back().all) {  // 0, 1, 2, and -2, -1 where there is a sign
      if (value > 2 && k < 4) value -= 5;
    }
    arrays.push_back(std::make_unique<fuzz::Array>(grids.back(), elements[k], k));
    views.push_back(arrays.back()->view());
  }
  const std::int64_t voids[] = {1, -2};
  const me::cpu::FrameStats found = me::cpu::frame_stats(views.data(), 5, voids, 2, false, {3});
  for (int k = 0; k < 5; k++) {
    std::map<std::int64_t, std::int64_t> area;
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> edges;
    std::int64_t nothing = 0;
    const Grid& grid = grids[static_cast<std::size_t>(k)];
    for (std::int64_t y = 0; y < grid.height; y++) {
      for (std::int64_t x = 0; x < grid.width; x++) {
        const auto here = static_cast<std::int64_t>(grid.at(y, x));
        if (here == 1 || here == -2) {
          nothing++;
          continue;
        }
        area[here]++;
        for (const std::int64_t down : {0, 1}) {
          if (!grid.has(y + down, x + 1 - down)) continue;
          const auto other = static_cast<std::int64_t>(grid.at(y + down, x + 1 - down));
          if (other == here || other == 1 || other == -2) continue;
          edges[{std::min(here, other), std::max(here, other)}]++;
        }
      }
    }
    CHECK_EQUAL(found.void_pixels[k], nothing);
    std::int64_t row = found.label_offsets[k];
    CHECK_EQUAL(found.label_offsets[k + 1] - row, static_cast<std::int64_t>(area.size()));
    for (const auto& [label, pixels] : area) {
      CHECK_EQUAL(static_cast<std::int64_t>(found.labels[row]), label);
      CHECK_EQUAL(found.area[row++], pixels);
    }
    row = found.pair_offsets[k];
    CHECK_EQUAL(found.pair_offsets[k + 1] - row, static_cast<std::int64_t>(edges.size()));
    for (const auto& [pair, n] : edges) {
      CHECK_EQUAL(static_cast<std::int64_t>(found.pair_labels[2 * row]), pair.first);
      CHECK_EQUAL(static_cast<std::int64_t>(found.pair_labels[2 * row + 1]), pair.second);
      CHECK_EQUAL(found.edges[row++], n);
    }
  }
}

ME_TEST(other_labels_for_those_of_a_map) {
  fuzz::at_every_level([&] {
    std::mt19937 random(44);
    constexpr me::Element elements[] = {me::Element::u8, me::Element::u16, me::Element::u32};
    for (int round = 0; round < 36; round++) {
      const me::Element from = elements[round % 3], to = elements[round / 3 % 3];
      Grid map = draw(random, 40, {9, 10 + 40 * (round % 4)});
      for (std::uint64_t& value : map.all) value = value * 6 + (from == elements[2] ? 65500 : 0);
      std::vector<std::uint64_t> keys, values;
      std::map<std::uint64_t, std::uint64_t> wanted;
      for (std::uint64_t k = 0; k < 40; k += 1 + random() % 4) {
        keys.push_back(k * 6 + (from == elements[2] ? 65500 : 0));
        values.push_back(random() % 250);
        wanted[keys.back()] = values.back();
      }
      Grid expected = map;
      for (std::uint64_t& value : expected.all) {
        const auto known = wanted.find(value);
        value = known == wanted.end() ? 251 : known->second;
      }
      const fuzz::Array in(map, from, round % 8), out(map.height, map.width, to, round % 5);
      me::cpu::remap(in.view(),
                     {keys.data(), values.data(), static_cast<std::int64_t>(keys.size())}, 251,
                     out.out(), {1 + round % 2});
      CHECK(out.grid() == expected);
    }
  });
}

ME_TEST(morphology_of_one_mask_that_threads_share) {
  std::mt19937 random(45);
  for (const bool border_set : {true, false}) {
    const Grid mask = draw(random, 2);
    const me::Reach reach{me::Shape::square, 2, 2};
    const Grid grown = stepped(mask, me::Step::dilate, 2, border_set);
    const Grid shrunk = stepped(mask, me::Step::erode, 2, border_set);
    const Grid opened = stepped(shrunk, me::Step::dilate, 2, border_set);
    const Grid closed = stepped(grown, me::Step::erode, 2, border_set);
    const me::Runs runs = fuzz::runs_of(mask, 7);
    const fuzz::Array array(mask, me::Element::u8, border_set ? 0 : 1);
    for (const int threads : {1, 3}) {
      const me::Exec exec{threads};
      const me::Morphology dilate{{me::Step::dilate, me::Step::dilate}, 1, reach, border_set};
      const me::Morphology erode{{me::Step::erode, me::Step::erode}, 1, reach, border_set};
      CHECK(fuzz::same(me::apply_morphology(dilate, runs.view(), exec), fuzz::runs_of(grown)));
      CHECK(fuzz::same(me::apply_morphology(erode, runs.view(), exec), fuzz::runs_of(shrunk)));
      CHECK(fuzz::same(me::cpu::open(runs.view(), reach, border_set, exec), fuzz::runs_of(opened)));
      CHECK(
          fuzz::same(me::cpu::close(runs.view(), reach, border_set, exec), fuzz::runs_of(closed)));
      const fuzz::Array out(mask.height, mask.width, me::Element::u8, border_set ? 0 : 1);
      me::cpu::open(array.view(), out.out(), reach, border_set, exec);
      CHECK(out.grid() == opened);
      me::cpu::close(array.view(), out.out(), reach, border_set, exec);
      CHECK(out.grid() == closed);
    }
  }
}
