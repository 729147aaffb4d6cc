// The canvas over several tiles, against every pixel: components that are kept up to date, regions
// that edits stay in, maps of any type, brushes of bitmaps, patches and what tells them apart.
#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "../fuzz/covered.h"
#include "../fuzz/levels.h"
#include "../fuzz/search.h"
#include "base/error.h"
#include "check.h"
#include "ops/canvas/canvas.h"
#include "ops/canvas/census.h"
#include "ops/canvas/component_tiles.h"
#include "ops/canvas/map_changes.h"

namespace {

using fuzz::Grid;
using me::cpu::Changes;
using me::cpu::LabelMap;

constexpr std::int64_t block = LabelMap::block;

// Tiles that are made when somebody asks; a peek gives a copy that is gone with the next.
class Tiles : public me::cpu::TileSource {
 public:
  explicit Tiles(const Grid& grid) : grid_(grid) {}

  char* fetch(std::int64_t row, std::int64_t column) override {
    std::vector<std::uint16_t>& tile = tiles_[{row, column}];
    if (tile.empty()) tile = cut(row, column);
    return reinterpret_cast<char*>(tile.data());
  }
  const char* peek(std::int64_t row, std::int64_t column) override {
    peeked_ = tiles_.count({row, column}) != 0 ? tiles_[{row, column}] : cut(row, column);
    return reinterpret_cast<const char*>(peeked_.data());
  }
  std::size_t fetched() const { return tiles_.size(); }

 private:
  std::vector<std::uint16_t> cut(std::int64_t row, std::int64_t column) const {
    std::vector<std::uint16_t> tile;
    const std::int64_t bottom = std::min(grid_.height, (row + 1) * block);
    const std::int64_t right = std::min(grid_.width, (column + 1) * block);
    for (std::int64_t y = row * block; y < bottom; y++) {
      for (std::int64_t x = column * block; x < right; x++) {
        tile.push_back(static_cast<std::uint16_t>(grid_.at(y, x)));
      }
    }
    return tile;
  }

  const Grid& grid_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::uint16_t>> tiles_;
  std::vector<std::uint16_t> peeked_;
};

// Stretch by stretch of a tile, as what was peeked at is gone with the next one.
Grid grid_of(LabelMap& labels) {
  Grid out(labels.size().height, labels.size().width);
  const auto bytes = static_cast<std::size_t>(labels.bytes());
  for (std::int64_t left = 0; left < out.width; left += block) {
    for (std::int64_t y = 0; y < out.height; y++) {
      const char* at = labels.at(y, left, LabelMap::Access::peek).data;
      for (std::int64_t x = left; x < std::min(left + block, out.width); x++, at += labels.step()) {
        std::memcpy(&out.at(y, x), at, bytes);
      }
    }
  }
  return out;
}

// Long wriggling patches of a few labels.
Grid draw(std::mt19937& random, std::int64_t height, std::int64_t width) {
  Grid grid(height, width);
  for (std::int64_t y = 0; y < height; y++) {
    for (std::int64_t x = 0; x < width; x++) {
      const std::uint32_t how = random() % 40;
      std::uint64_t value = random() % 3;
      if (how > 0 && x > 0) value = grid.at(y, x - 1);
      if (how > 10 && y > 0) value = grid.at(y - 1, x);
      grid.at(y, x) = value;
    }
  }
  return grid;
}

void check_components(me::cpu::ComponentTiles& tiles, LabelMap& labels, bool diagonal) {
  std::int64_t n = 0;
  const Grid map = grid_of(labels);
  const Grid numbers = fuzz::components_of(fuzz::where(map, 1), diagonal, &n);
  std::vector<std::int64_t> area(static_cast<std::size_t>(n)), sum(area.size());
  me::PixelBox box{map.width, map.height, 0, 0};
  for (std::int64_t y = 0; y < map.height; y++) {
    for (std::int64_t x = 0; x < map.width; x++) {
      const std::uint64_t k = numbers.at(y, x);
      if (k == 0) continue;
      area[k - 1]++;
      sum[k - 1] += x;
      box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x + 1),
             std::max(box.bottom, y + 1)};
    }
  }
  const std::vector<me::cpu::ComponentSums> found = tiles.components(labels);
  CHECK_EQUAL(static_cast<std::int64_t>(found.size()), n);
  for (std::size_t k = 0; k < found.size(); k++) {
    CHECK_EQUAL(numbers.at(found[k].first_y, found[k].first_x), k + 1);
    CHECK_EQUAL(found[k].area, area[k]);
    CHECK_EQUAL(found[k].x, double(sum[k]));
  }
  const me::PixelBox all = tiles.box(labels);
  CHECK(all.left == box.left && all.top == box.top && all.right == box.right &&
        all.bottom == box.bottom);
}

me::cpu::Rules any_pixel(me::Size size) {
  me::cpu::Rules rules;
  rules.box = {0, 0, size.width, size.height};
  return rules;
}

std::vector<me::BrushPoint> random_way(std::mt19937& random, me::Size size) {
  std::vector<me::BrushPoint> points;
  for (int k = 0; k < 3; k++) {
    const auto at = [&](std::int64_t side) {
      return static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(2 * side)) *
             me::grid_half;
    };
    const std::int64_t u = at(size.width);
    points.push_back(
        {u, at(size.height), (2 + static_cast<std::int64_t>(random() % 20)) * me::grid_one});
  }
  return points;
}

}  // namespace

ME_TEST(components_over_tiles_are_kept_up_to_date) {
  std::mt19937 random(71);
  for (const bool diagonal : {false, true}) {
    const Grid first = draw(random, 265, 1040);
    Tiles source(first);
    LabelMap labels(first.size(), me::Element::u16, source);
    me::cpu::ComponentTiles tiles(1, diagonal);
    check_components(tiles, labels, diagonal);
    CHECK_EQUAL(source.fetched(), 0u);  // what is read alone is not kept
    CHECK_EQUAL(tiles.tiles_read(), 10);
    for (int step = 0; step < 3; step++) {
      me::cpu::OpenStroke stroke(labels, {}, {step % 2 == 0 ? 1u : 0u, {}}, any_pixel(first.size()),
                                 {});
      const std::vector<me::BrushPoint> way = random_way(random, first.size());
      CHECK(stroke.extend(way.data(), 3) != nullptr);
      tiles.note(stroke.changes());
      check_components(tiles, labels, diagonal);
    }
    CHECK(tiles.tiles_read() < 10 * 4);
    CHECK(!labels.written_tiles().empty());
    labels.forget_tiles();
    CHECK(labels.written_tiles().empty());
    check_components(tiles, labels, diagonal);
  }
}

// All pixels of some labels, in a box and a mask, become another label.
ME_TEST(edits_stay_in_their_region) {
  std::mt19937 random(72);
  fuzz::at_every_level([&] {
    for (int round = 0; round < 8; round++) {
      const Grid map = draw(random, 20 + random() % 40, 600);
      Grid mask = draw(random, map.height, map.width);
      for (std::uint64_t& pixel : mask.all) pixel = pixel == 1 ? 0 : 1;
      const fuzz::Array mask_array(mask, me::Element::u8, round % 8);
      const me::Runs mask_runs = fuzz::runs_of(mask, 3);
      me::cpu::Rules rules = any_pixel(map.size());
      rules.box = {5, 3, map.width - 9, map.height - 2};
      rules.region = round % 2 == 0 ? std::make_shared<me::MaskRows>(mask_array.view())
                                    : std::make_shared<me::MaskRows>(mask_runs.view()[0]);
      const std::uint64_t only[] = {1, 700};
      rules.only = me::cpu::LabelSet(only, 2);
      Grid wanted = map;
      for (std::int64_t y = rules.box.top; y < rules.box.bottom; y++) {
        for (std::int64_t x = rules.box.left; x < rules.box.right; x++) {
          if (mask.at(y, x) != 0 && map.at(y, x) == 1) wanted.at(y, x) = 9;
        }
      }
      Tiles source(map);
      const fuzz::Array array(map, me::Element::u16, round % 8);
      LabelMap maps[] = {LabelMap(array.out()), LabelMap(map.size(), me::Element::u16, source)};
      for (LabelMap& labels : maps) {
        Changes changes;
        me::cpu::find_changes_everywhere(labels, {9, {}}, rules, changes);
        me::cpu::write(labels, changes, false);
        CHECK(grid_of(labels) == wanted);
        me::Buffer<me::RowSpan> all, inside;
        for (std::int64_t y = 0; y < map.height; y++) all.push_back({y, 0, map.width});
        rules.cut(all, inside);
        Changes none;
        me::cpu::find_changes(labels, inside, {9, {}}, rules, none);
        CHECK_EQUAL(none.size(), 0);
      }
      // the changes between two maps, whatever their type
      const fuzz::Array before(map, me::Element::i32, 0),
          after(wanted, me::Element::i32, round % 8);
      const Changes between = me::cpu::changes_between(before.view(), after.view());
      LabelMap again(before.out());
      CHECK(me::cpu::matches(again, between, false));
      me::cpu::write(again, between, false);
      CHECK(before.grid() == wanted);
      for (const me::cpu::LabelCount& one : me::cpu::count_labels(again)) {
        CHECK_EQUAL(one.pixels, fuzz::where(wanted, one.label).area());
      }
    }
  });
}

ME_TEST(a_bitmap_is_a_brush) {
  std::mt19937 random(73);
  const me::SweptBox::Edges cells[] = {{-2 * me::grid_one, -me::grid_one, 0, 0},
                                       {me::grid_one, 0, 3 * me::grid_one, me::grid_one}};
  me::Brush brush;
  brush.shape = me::BrushShape::bitmap;
  brush.boxes = cells;
  brush.n_boxes = 2;
  const me::Size size{60, 70};
  for (int round = 0; round < 30; round++) {
    Grid map(size.height, size.width);
    const fuzz::Array array(map, me::Element::u8, round % 8);
    LabelMap labels(array.out());
    me::cpu::OpenStroke stroke(labels, brush, {1, {}}, any_pixel(size), {});
    const std::vector<me::BrushPoint> way = random_way(random, size);
    CHECK(stroke.extend(way.data(), 0) != nullptr);  // nowhere
    CHECK(stroke.fill_inside() != nullptr);
    CHECK(stroke.extend(way.data(), 1) != nullptr);
    CHECK(stroke.extend(way.data() + 1, 2) != nullptr);
    fuzz::cover(map, brush, way, 1);
    CHECK(array.grid() == map);
  }
}

ME_TEST(an_ellipse_turned_by_its_angle) {
  Grid map(7, 9);
  const fuzz::Array array(map, me::Element::u8, 0);
  LabelMap labels(array.out());
  me::Brush brush;
  brush.shape = me::BrushShape::ellipse;
  me::cpu::OpenStroke stroke(labels, brush, {1, {}}, any_pixel(map.size()), {});
  stroke.set_ellipse(1.2, 3.2, 1, 0);  // upright
  const me::BrushPoint centre{9 * me::grid_half, 7 * me::grid_half, 0};
  CHECK(stroke.extend(&centre, 1) != nullptr);
  CHECK_EQUAL(array.grid().drawn(), std::string("....#...."
                                                "....#...."
                                                "...###..."
                                                "...###..."
                                                "...###..."
                                                "....#...."
                                                "....#...."));
}

ME_TEST(patches_are_told_apart) {
  Changes changes;
  for (std::int32_t k = 0; k < 60; k++) {  // more pairs than fit at first, and rows far apart
    const auto label = static_cast<std::uint64_t>(k) * 1000;
    changes.push_back(
        {500 * k, 300 * (k % 3), 300 * (k % 3) + 200 * (1 + k % 2), label, label + 1});
  }
  const me::Size size{40000, 2000};
  const me::cpu::Patch patch = me::cpu::make_patch(changes, size, me::Element::u32);
  CHECK(patch.bytes() > static_cast<std::int64_t>(60 * sizeof(me::cpu::LabelPair)));
  CHECK_EQUAL(patch.extent.area, 60 * 300);
  const auto read_again = [](const me::cpu::Patch& of) {
    me::Buffer<std::uint8_t> bytes;
    me::cpu::to_bytes(of, bytes);
    return me::cpu::from_bytes(bytes.data(), bytes.size());
  };
  const me::cpu::Patch back = me::cpu::inverted(patch);
  const me::cpu::Patch read = read_again(back);
  CHECK(!me::cpu::same_patch(patch, back));
  CHECK(me::cpu::same_patch(back, read) && me::cpu::same_patch(read, back));
  CHECK(me::cpu::same_patch(patch, me::cpu::inverted(read)));
  Changes found;
  me::cpu::append_changes(read, found);
  CHECK_EQUAL(found.size(), changes.size());
  for (std::int64_t k = 0; k < found.size(); k++) {
    CHECK(found[k].y == changes[k].y && found[k].begin == changes[k].begin &&
          found[k].end == changes[k].end && found[k].before == changes[k].after &&
          found[k].after == changes[k].before);
  }
  const auto differs = [&](const Changes& other, me::Size sides, me::Element element) {
    return !me::cpu::same_patch(patch, me::cpu::make_patch(other, sides, element));
  };
  CHECK(!differs(changes, size, me::Element::u32));
  CHECK(differs(changes, {40000, 2001}, me::Element::u32));
  CHECK(differs(changes, size, me::Element::u64));
  for (const int what : {0, 1, 2, 3}) {
    Changes other(changes);
    if (what == 0) other.truncate(59);
    if (what == 1) other[7].after += 5;
    if (what == 2) other[7].begin += 1;
    if (what == 3) other[8].before = other[7].before, other[8].after = other[7].after;
    CHECK(differs(other, size, me::Element::u32));
  }
}
