// The canvas without Python: random strokes and pastes keep their laws, for all strides.
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "base/error.h"
#include "check.h"
#include "ops/canvas/canvas.h"

namespace {

using me::cpu::Changes;

// A label map with gaps between the pixels of a row.
struct Map {
  std::int64_t height, width, step;
  std::vector<std::uint16_t> all;

  Map(std::int64_t h, std::int64_t w, std::int64_t gap)
      : height(h), width(w), step(gap), all(static_cast<std::size_t>(h * w * gap)) {}
  std::uint16_t& at(std::int64_t y, std::int64_t x) {
    return all[static_cast<std::size_t>((y * width + x) * step)];
  }
  me::MutableMaskView view() {
    return {reinterpret_cast<char*>(all.data()),
            me::Element::u16,
            1,
            height,
            width,
            0,
            2 * width * step,
            2 * step};
  }
};

me::cpu::Rules any_pixel(const me::cpu::LabelMap& labels) {
  me::cpu::Rules rules;
  rules.box = {0, 0, labels.size().width, labels.size().height};
  return rules;
}

// Taking changes back, in place: what was there before must come out.
void check_changes(Map& map, const std::vector<std::uint16_t>& before, const Changes& changes) {
  const std::vector<std::uint16_t> after = map.all;
  std::int64_t differing = 0;
  for (std::size_t i = 0; i < before.size(); i++) differing += before[i] != after[i];
  me::cpu::LabelMap labels(map.view());
  CHECK_EQUAL(me::cpu::extent_of(changes).area, differing);
  CHECK(me::cpu::matches(labels, changes, true));
  me::cpu::write(labels, changes, true);
  CHECK(map.all == before);
  const me::cpu::Patch patch = me::cpu::make_patch(changes, labels.size(), labels.element());
  me::Buffer<std::uint8_t> bytes;
  me::cpu::to_bytes(patch, bytes);
  const me::cpu::Patch read = me::cpu::from_bytes(bytes.data(), bytes.size());
  CHECK(me::cpu::same_patch(read, patch));
  CHECK_THROWS(me::Error, me::cpu::from_bytes(bytes.data(), bytes.size() - 1),
               { CHECK(caught.kind == me::ErrorKind::bad_file); });
  Changes again;
  me::cpu::append_changes(read, again);
  CHECK(me::cpu::matches(labels, again, false));
  me::cpu::write(labels, again, false);
  CHECK(map.all == after);
}

me::BrushPoint random_point(std::mt19937& random, const Map& map) {
  const auto place = [&](std::int64_t side) {
    return static_cast<std::int64_t>(random() % static_cast<unsigned>(side + 20)) * me::grid_half -
           5 * me::grid_one;
  };
  return {place(2 * map.width), place(2 * map.height),
          static_cast<std::int64_t>(random() % 12) * me::grid_half};
}

}  // namespace

ME_TEST(strokes_can_be_taken_back) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; round++) {
    Map map(1 + random() % 40, 1 + random() % 90, 1 + random() % 3);
    for (std::int64_t y = 0; y < map.height; y++) {
      for (std::int64_t x = 0; x < map.width; x++) map.at(y, x) = random() % 3 * 300;
    }
    const std::vector<std::uint16_t> before = map.all;
    me::cpu::LabelMap labels(map.view());
    me::cpu::Rules rules = any_pixel(labels);
    const std::uint64_t locked[1] = {600};
    rules.protected_ = me::cpu::LabelSet(locked, 1);
    me::Brush brush;
    if (round % 2 == 0) brush.shape = me::BrushShape::square;
    me::cpu::OpenStroke stroke(labels, brush, {300, {}}, rules, {});
    for (int event = 0; event < 5; event++) {
      const me::BrushPoint points[2] = {random_point(random, map), random_point(random, map)};
      CHECK(stroke.extend(points, 1 + event % 2) != nullptr);
    }
    CHECK(stroke.fill_inside() != nullptr);
    for (std::size_t i = 0; i < before.size(); i++) {
      CHECK(before[i] == map.all[i] || (before[i] == 0 && map.all[i] == 300));
    }
    check_changes(map, before, stroke.changes());
  }
}

ME_TEST(steps_compose_as_they_were_made) {
  std::mt19937 random(8);
  for (int round = 0; round < 40; round++) {
    Map map(1 + random() % 20, 1 + random() % 30, 1);
    const std::vector<std::uint16_t> before = map.all;
    me::cpu::LabelMap labels(map.view());
    Changes all;
    for (std::uint64_t step = 0; step < 4; step++) {
      me::cpu::OpenStroke stroke(labels, {}, {step % 3, {}}, any_pixel(labels), {});
      const me::BrushPoint points[2] = {random_point(random, map), random_point(random, map)};
      CHECK(stroke.extend(points, 2) != nullptr);
      Changes both;
      me::cpu::compose_steps(all, stroke.changes(), both);
      all.swap(both);
    }
    check_changes(map, before, all);
  }
}

ME_TEST(a_stroke_that_changes_too_much_is_refused) {
  Map map(5, 5, 1);
  me::cpu::LabelMap labels(map.view());
  me::cpu::Rules rules = any_pixel(labels);
  rules.max_area = 4;
  me::cpu::OpenStroke stroke(labels, {}, {1, {}}, rules, {});
  const me::BrushPoint dab{5 * me::grid_half, 5 * me::grid_half, me::grid_one};
  CHECK(stroke.extend(&dab, 1) == nullptr);
  CHECK_EQUAL(map.at(2, 2), 0);
  const me::BrushPoint dot{dab.u, dab.v, 0};
  CHECK(stroke.extend(&dot, 1) != nullptr);
  CHECK_EQUAL(map.at(2, 2), 1);
  CHECK_EQUAL(stroke.changes().size(), 1);
}
