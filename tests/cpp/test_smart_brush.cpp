// The smart brush against its definition pixel by pixel, for images of every type of values.
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "../fuzz/covered.h"
#include "../fuzz/levels.h"
#include "base/error.h"
#include "base/values.h"
#include "check.h"
#include "ops/canvas/canvas.h"
#include "pictures.h"

namespace {

using fuzz::Grid;
using me::BrushPoint;
using pictures::Picture;
using pictures::place;

// What a smart brush does, said as slowly as can be.
class Slow {
 public:
  Slow(const Picture& picture, const me::Brush& brush, double below, double above, bool mean)
      : taken(picture.height, picture.width),
        picture_(&picture),
        brush_(brush),
        below_(below),
        above_(above),
        mean_(mean) {}

  void move(const std::vector<BrushPoint>& points) {
    for (const BrushPoint& point : points) {
      if (!started) {
        started = true;
        last_ = point;
        for (std::int64_t c = 0; c < picture_->channels; c++) {
          pressed_.push_back(picture_->at(point.v >> me::grid_bits, point.u >> me::grid_bits, c));
        }
      }
      segment(last_, point);
      last_ = point;
    }
  }

  Grid taken;
  bool started = false;

 private:
  double reference(std::int64_t c) const {
    if (!mean_ || taken.area() == 0) return pressed_[static_cast<std::size_t>(c)];
    double sum = 0;
    for (std::int64_t y = 0; y < taken.height; y++) {
      for (std::int64_t x = 0; x < taken.width; x++) {
        if (taken.at(y, x) != 0) sum += picture_->at(y, x, c);
      }
    }
    const double mean = sum / double(taken.area());
    const me::Element element = picture_->view.element;
    if (element == me::Element::f64) return mean;
    if (element == me::Element::f32) return static_cast<float>(mean);
    return std::floor(mean + 0.5);
  }

  void segment(const BrushPoint& p, const BrushPoint& q) {
    std::vector<double> wanted;
    for (std::int64_t c = 0; c < picture_->channels; c++) wanted.push_back(reference(c));
    Grid open(taken.height, taken.width);
    Grid reached = open;
    const BrushPoint thin_p{p.u, p.v, me::grid_half}, thin_q{q.u, q.v, me::grid_half};
    const me::Brush square{me::BrushShape::square};
    std::vector<std::pair<std::int64_t, std::int64_t>> waiting;
    for (std::int64_t y = 0; y < open.height; y++) {
      for (std::int64_t x = 0; x < open.width; x++) {
        bool near = fuzz::segment_covers(brush_, p, q, x, y);
        for (std::int64_t c = 0; near && c < picture_->channels; c++) {
          const double way = picture_->at(y, x, c) - wanted[static_cast<std::size_t>(c)];
          near = way <= above_ && -way <= below_;
        }
        open.at(y, x) = near ? 1 : 0;
        if (near && fuzz::segment_covers(square, thin_p, thin_q, x, y)) waiting.push_back({y, x});
      }
    }
    while (!waiting.empty()) {
      const auto [y, x] = waiting.back();
      waiting.pop_back();
      if (!open.has(y, x) || open.at(y, x) == 0 || reached.at(y, x) != 0) continue;
      reached.at(y, x) = taken.at(y, x) = 1;
      for (const int step : {-1, 1}) {
        waiting.push_back({y + step, x});
        waiting.push_back({y, x + step});
      }
    }
  }

  const Picture* picture_;
  me::Brush brush_;
  double below_, above_;
  bool mean_;
  std::vector<double> pressed_;
  BrushPoint last_{};
};

me::cpu::ColourRange range_of(const Picture& picture, double below, double above, bool mean) {
  me::cpu::ColourRange range;
  range.image = picture.view;
  range.mean = mean;
  for (int c = 0; c < me::max_channels; c++) {
    range.tolerance.real_below[c] = below;
    range.tolerance.real_above[c] = above;
    range.tolerance.whole_below[c] = static_cast<std::uint64_t>(below);
    range.tolerance.whole_above[c] = static_cast<std::uint64_t>(above);
  }
  return range;
}

me::cpu::Rules any_pixel(me::Size size, std::int64_t max_area = INT64_MAX) {
  me::cpu::Rules rules;
  rules.box = {0, 0, size.width, size.height};
  rules.max_area = max_area;
  return rules;
}

void check_stroke(std::mt19937& random, Picture& picture, bool window) {
  const double unit = picture.view.element >= me::Element::f32 ? 0.25 : 3;
  const double below = double(random() % 3) * unit;
  const double above = double(random() % 3) * unit;
  const bool mean = random() % 2 == 0;
  const me::Size size{picture.height, picture.width};
  const auto max_area = static_cast<std::int64_t>(random() % 4 == 0 ? random() % 60 : 1 << 20);
  const auto at = [&](std::int64_t side, bool inside) {
    const std::int64_t margin = window ? 6 : inside ? 0 : -4;
    const auto room = static_cast<std::uint32_t>(2 * (side - 2 * margin));
    return margin * me::grid_one + static_cast<std::int64_t>(random() % room) * me::grid_half;
  };
  me::Brush brush;
  brush.shape = random() % 2 == 0 ? me::BrushShape::disc : me::BrushShape::square;
  fuzz::Array labels(Grid(size.height, size.width), me::Element::u16, 0);
  me::cpu::LabelMap map(labels.out());
  me::cpu::ColourRange range = range_of(picture, below, above, mean);
  me::cpu::OpenStroke stroke(map, brush, {1, {}}, any_pixel(size, max_area), range);
  if (window) {
    me::ImageView part = picture.view;
    part.data = picture.view.pixel(2, 1);
    part.size = {size.height - 3, size.width - 4};
    stroke.smart()->look_at(part, 1, 2);
  }
  Slow slow(picture, brush, below, above, mean);
  for (int event = 0; event < 4; event++) {
    std::vector<BrushPoint> points;
    for (std::uint32_t n = random() % 3 + (event == 0 ? 1 : 0); n > 0; n--) {
      const bool first = !slow.started && points.empty();
      const std::int64_t radius = static_cast<std::int64_t>(random() % 8) * me::grid_half;
      const std::int64_t u = at(size.width, first);
      points.push_back({u, at(size.height, first), radius});
    }
    if (!slow.started && points.empty()) break;
    Slow after = slow;
    after.move(points);
    const bool fits = after.taken.area() <= max_area;
    const auto changes = stroke.extend(points.data(), static_cast<std::int64_t>(points.size()));
    CHECK_EQUAL(changes != nullptr, fits);
    if (!fits) continue;
    CHECK_EQUAL(me::cpu::extent_of(*changes).area, after.taken.area() - slow.taken.area());
    slow = after;
    CHECK(labels.grid() == slow.taken);
  }
}

}  // namespace

ME_TEST(smart_strokes_take_what_their_definition_says) {
  constexpr me::Element elements[] = {
      me::Element::u8,  me::Element::u16, me::Element::u32, me::Element::u64, me::Element::i8,
      me::Element::i16, me::Element::i32, me::Element::i64, me::Element::f32, me::Element::f64};
  fuzz::at_every_level([&] {
    std::mt19937 random(5);
    for (std::uint32_t round = 0; round < 44; round++) {
      const bool half = round % 11 == 10;
      const me::Element element = half ? me::Element::f32 : elements[round % 11];
      Picture picture = pictures::draw(random, 18 + random() % 20, 18 + random() % 80, element);
      place(picture, element, half, random() % 2);
      check_stroke(random, picture, round % 3 == 0);
    }
  });
}

ME_TEST(a_smart_brush_wider_than_what_is_read_at_a_time) {
  std::mt19937 random(6);
  Picture picture{3, 1300, 2, std::vector<double>(7800), {}, {}};
  for (double& value : picture.values) value = random() % 40 == 0 ? 100 : random() % 9 - 4.0;
  place(picture, me::Element::i16, false, 1);
  me::Brush brush;
  brush.shape = me::BrushShape::square;
  const me::cpu::ColourRange range = range_of(picture, 12, 12, true);
  const std::vector<BrushPoint> points{{650 * me::grid_one, me::grid_one, 640 * me::grid_one},
                                       {640 * me::grid_one, me::grid_one, 650 * me::grid_one}};
  fuzz::at_every_level([&] {
    fuzz::Array labels(Grid(3, 1300), me::Element::u16, 0);
    me::cpu::LabelMap map(labels.out());
    me::cpu::OpenStroke stroke(map, brush, {1, {}}, any_pixel({3, 1300}), range);
    Slow slow(picture, brush, 12, 12, true);
    CHECK(stroke.extend(points.data(), 2) != nullptr);
    slow.move(points);
    CHECK(slow.taken.area() > 3000);
    CHECK(labels.grid() == slow.taken);
  });
}

ME_TEST(the_mean_of_the_largest_values_is_the_largest) {
  Picture picture{1, 8, 1, std::vector<double>(8), {}, {}};
  place(picture, me::Element::u64, false, 0);
  std::fill(picture.memory.begin(), picture.memory.end(), '\xff');
  fuzz::Array labels(Grid(1, 8), me::Element::u16, 0);
  me::cpu::LabelMap map(labels.out());
  const me::cpu::ColourRange range = range_of(picture, 0, 0, true);
  me::cpu::OpenStroke stroke(map, {}, {1, {}}, any_pixel({1, 8}), range);
  for (const std::int64_t x : {1, 3}) {
    const BrushPoint point{(2 * x + 1) * me::grid_half, me::grid_half, me::grid_one};
    CHECK(stroke.extend(&point, 1) != nullptr);
  }
  CHECK((labels.grid().all == std::vector<std::uint64_t>{1, 1, 1, 1, 1, 0, 0, 0}));
}

// A ring is drawn and its inside filled, after which there is room for one pixel more.
ME_TEST(a_smart_stroke_that_fills_its_inside) {
  Picture picture{5, 7, 1, std::vector<double>(35), {}, {}};
  place(picture, me::Element::u8, false, 0);
  fuzz::Array labels(Grid(5, 7), me::Element::u8, 0);
  me::cpu::LabelMap map(labels.out());
  const me::cpu::ColourRange range = range_of(picture, 0, 0, false);
  me::cpu::OpenStroke stroke(map, {}, {1, {}}, any_pixel({5, 7}, 10), range);
  const auto point = [](std::int64_t x, std::int64_t y) {
    return BrushPoint{(2 * x + 1) * me::grid_half, (2 * y + 1) * me::grid_half, 0};
  };
  const BrushPoint ring[] = {point(1, 1), point(3, 1), point(3, 3), point(1, 3), point(1, 1)};
  CHECK(stroke.extend(ring, 5) != nullptr);
  CHECK_EQUAL(stroke.fill_inside()->size(), 1);
  CHECK_EQUAL(me::cpu::extent_of(stroke.changes()).area, 9);
  const BrushPoint far[] = {point(5, 1), point(6, 1)};
  CHECK(stroke.extend(far, 2) == nullptr);  // 11 would be taken
  CHECK(stroke.extend(far, 1) == nullptr);  // 10 would be taken, 11 changed
  CHECK(stroke.extend(far, 0) != nullptr);
  const BrushPoint near = point(1, 0);
  CHECK(stroke.extend(&near, 1) != nullptr);
  CHECK_EQUAL(labels.grid().drawn(), std::string(".#....."
                                                 ".###..."
                                                 ".###..."
                                                 ".###..."
                                                 "......."));
}

ME_TEST(a_smart_stroke_starts_in_the_image) {
  Picture picture{2, 2, 1, std::vector<double>(4), {}, {}};
  place(picture, me::Element::u8, false, 0);
  fuzz::Array labels(Grid(2, 2), me::Element::u16, 0);
  me::cpu::LabelMap map(labels.out());
  const me::cpu::ColourRange range = range_of(picture, 0, 0, false);
  me::cpu::OpenStroke stroke(map, {}, {1, {}}, any_pixel({2, 2}), range);
  const std::int64_t out = 2 * me::grid_one;
  const BrushPoint outside[] = {{-1, 0, 9}, {0, -1, 9}, {out, 0, 9}, {0, out, 9}};
  for (const BrushPoint& point : outside) {
    CHECK_THROWS(me::Error, stroke.extend(&point, 1), {
      CHECK_EQUAL(caught.parameter, std::string("points"));
      const std::string told = caught.what();
      CHECK_EQUAL(told.rfind("expected the first point in the image of (2, 2), got pixel (", 0),
                  0U);
    });
  }
  CHECK_EQUAL(labels.grid().area(), 0);
}

namespace {

// Labels of which the tile at the right cannot be read at first.
struct Unready : me::cpu::TileSource {
  std::vector<std::uint16_t> tiles[2] = {std::vector<std::uint16_t>(512), {0, 0}};
  bool ready = false;

  char* fetch(std::int64_t, std::int64_t column) override {
    if (column == 1 && !ready) throw me::Error(me::ErrorKind::bad_file, "labels", "not yet");
    return reinterpret_cast<char*>(tiles[column].data());
  }
  const char* peek(std::int64_t row, std::int64_t column) override { return fetch(row, column); }
};

}  // namespace

ME_TEST(a_smart_stroke_goes_on_after_a_tile_that_could_not_be_read) {
  Picture picture{1, 514, 1, std::vector<double>(514), {}, {}};
  place(picture, me::Element::f32, false, 0);
  Unready source;
  me::cpu::LabelMap map({1, 514}, me::Element::u16, source);
  const me::cpu::ColourRange range = range_of(picture, 0, 0, false);
  me::cpu::OpenStroke stroke(map, {}, {7, {}}, any_pixel({1, 514}), range);
  const BrushPoint point{511 * me::grid_one, me::grid_half, 2 * me::grid_one};
  CHECK_THROWS(me::Error, stroke.extend(&point, 1),
               { CHECK_EQUAL(caught.parameter, std::string("labels")); });
  CHECK_EQUAL(source.tiles[0][511], 0);
  CHECK_EQUAL(stroke.changes().size(), 0);
  source.ready = true;
  CHECK(stroke.extend(&point, 1) != nullptr);
  CHECK_EQUAL(me::cpu::extent_of(stroke.changes()).area, 4);  // 509 to 512
  CHECK_EQUAL(source.tiles[0][508], 0);
  CHECK_EQUAL(source.tiles[0][509], 7);
  CHECK_EQUAL(source.tiles[1][0], 7);
  CHECK_EQUAL(source.tiles[1][1], 0);
}
