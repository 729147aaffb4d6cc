// Floods with several seeds, barriers, regions and limits, on images of every type, against a
// search pixel by pixel; and the map of the least tolerances that reach each pixel.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "../fuzz/input.h"
#include "../fuzz/levels.h"
#include "../fuzz/tolerances.h"
#include "check.h"
#include "ops/flood/flood.h"
#include "ops/flood/flood_there.h"
#include "pictures.h"

namespace {

using fuzz::Grid;
using me::cpu::FloodMode;
using pictures::Picture;

constexpr me::Element elements[] = {
    me::Element::u8,  me::Element::u16, me::Element::u32, me::Element::u64, me::Element::i8,
    me::Element::i16, me::Element::i32, me::Element::i64, me::Element::f32, me::Element::f64};

struct Question {
  me::cpu::FloodRequest request;
  double below, above;
  Grid allowed;  // by box, barrier and region
};

bool is_near(const Picture& picture, std::int64_t y, std::int64_t x, std::int64_t from_y,
             std::int64_t from_x, double below, double above) {
  for (std::int64_t c = 0; c < picture.channels; c++) {
    const double way = picture.at(y, x, c) - picture.at(from_y, from_x, c);
    if (!(way <= above && -way <= below)) return false;  // nor where one is not a number
  }
  return true;
}

// The union of what each seed gives.
Grid search(const Picture& picture, const Question& ask) {
  Grid all(picture.height, picture.width);
  const me::cpu::FloodRequest& request = ask.request;
  for (std::int64_t s = 0; s < request.n_seeds; s++) {
    const std::int64_t seed_x = request.seeds[2 * s], seed_y = request.seeds[2 * s + 1];
    Grid reached(picture.height, picture.width);
    std::vector<std::pair<std::int64_t, std::int64_t>> waiting;
    const auto enter = [&](std::int64_t y, std::int64_t x) {
      if (ask.allowed.at(y, x) == 0 || reached.at(y, x) != 0) return;
      reached.at(y, x) = all.at(y, x) = 1;
      waiting.push_back({y, x});
    };
    if (is_near(picture, seed_y, seed_x, seed_y, seed_x, 0, 0)) enter(seed_y, seed_x);
    while (!waiting.empty()) {
      const auto from = waiting.back();
      waiting.pop_back();
      for (int step = 0; step < 9; step++) {
        const int dy = step / 3 - 1, dx = step % 3 - 1;
        if (dx != 0 && dy != 0 && !request.limits.diagonal) continue;
        const std::int64_t y = from.first + dy, x = from.second + dx;
        if (!all.has(y, x)) continue;
        const bool fixed = request.mode == FloodMode::fixed;
        if (is_near(picture, y, x, fixed ? seed_y : from.first, fixed ? seed_x : from.second,
                    ask.below, ask.above)) {
          enter(y, x);
        }
      }
    }
  }
  return all;
}

Grid some_pixels(std::mt19937& random, const Picture& picture, std::uint32_t share) {
  Grid mask(picture.height, picture.width);
  std::uint64_t value = 0;
  for (std::uint64_t& pixel : mask.all) {
    if (random() % 3 == 0) value = random() % share == 0 ? 1 : 0;
    pixel = value;
  }
  return mask;
}

// Barriers and regions as arrays or runs.
me::MaskRows rows_of(const fuzz::Array& array, const me::Runs& runs, bool dense) {
  return dense ? me::MaskRows(array.view()) : me::MaskRows(runs.view()[0]);
}

void check_flood(const Picture& picture, const Question& ask, int layout) {
  const Grid wanted = search(picture, ask);
  const me::cpu::FloodRequest& request = ask.request;
  const bool fits = wanted.area() <= request.limits.max_area;
  const Grid nothing(picture.height, picture.width);
  const Grid& filled = fits ? wanted : nothing;
  Grid painted = filled;
  for (std::uint64_t& pixel : painted.all) pixel *= 300;
  fuzz::at_every_level([&] {
    const fuzz::Array out(nothing, me::Element::u16, layout);
    const me::MutableMaskView target = out.out();
    const me::cpu::Flooded found = me::cpu::flood(request, &target, 300);
    CHECK_EQUAL(found.complete, fits);
    CHECK_EQUAL(found.area, filled.area());
    Grid masks = nothing;
    CHECK(fuzz::read_runs(found.masks.view()[0], masks) && masks == filled);
    CHECK(out.grid() == painted);
    me::Buffer<me::RowSpan> spans;
    CHECK_EQUAL(me::cpu::flood_spans(request, spans), fits);
    Grid by_spans = nothing;
    for (const me::RowSpan& span : spans) {
      for (std::int64_t x = span.begin; x < span.end; x++) by_spans.at(span.y, x) = 1;
    }
    CHECK(by_spans == filled);
  });
}

void check_tolerances(const Picture& picture, const me::cpu::FloodRequest& request) {
  me::cpu::ToleranceRequest ask;
  ask.image = request.image;
  ask.seed_x = request.seeds[0];
  ask.seed_y = request.seeds[1];
  ask.window = {0, 0, picture.width, picture.height};
  ask.floating = request.mode == FloodMode::floating;
  ask.diagonal = request.limits.diagonal;
  const std::vector<double> least = fuzz::tolerances(ask);
  for (const double tolerance : {0.0, 0.25, 3.0, 6.0}) {
    Question question{request, tolerance, tolerance, Grid(picture.height, picture.width)};
    question.request.n_seeds = 1;
    for (std::uint64_t& pixel : question.allowed.all) pixel = 1;
    const Grid reached = search(picture, question);
    for (std::size_t k = 0; k < least.size(); k++) {
      CHECK_EQUAL(least[k] <= tolerance, reached.all[k] != 0);
    }
  }
}

Picture draw_picture(std::mt19937& random, std::uint32_t round, me::Element element, bool half) {
  const bool long_rows = round % 7 == 0;
  Picture picture =
      pictures::draw(random, long_rows ? 4 : 10 + static_cast<std::int64_t>(random() % 80),
                     long_rows ? 1100 : 10 + static_cast<std::int64_t>(random() % 90), element);
  if (round % 3 == 0) {  // one channel, for barriers by value
    const auto step = static_cast<std::size_t>(picture.channels);
    std::vector<double> first;
    for (std::size_t k = 0; k < picture.values.size(); k += step)
      first.push_back(picture.values[k]);
    picture.values = first;
    picture.channels = 1;
  }
  pictures::place(picture, element, half, random() % 2);
  return picture;
}

// Mode, box, limit and tolerances.
void choose(std::mt19937& random, const Picture& picture, bool real, Question& ask) {
  me::cpu::FloodRequest& request = ask.request;
  request.image = picture.view;
  request.mode = random() % 2 == 0 ? FloodMode::fixed : FloodMode::floating;
  request.limits.diagonal = random() % 2 == 0;
  request.limits.box = {0, 0, picture.width, picture.height};
  if (random() % 3 == 0) request.limits.box = {3, 2, picture.width - 1, picture.height - 1};
  if (random() % 4 == 0) request.limits.max_area = static_cast<std::int64_t>(random() % 50);
  ask.below = double(random() % 3) * (real ? 0.25 : 3);
  ask.above = double(random() % 3) * (real ? 0.25 : 3);
  for (int c = 0; c < me::max_channels; c++) {
    request.tolerance.real_below[c] = ask.below;
    request.tolerance.real_above[c] = ask.above;
    request.tolerance.whole_below[c] = static_cast<std::uint64_t>(ask.below);
    request.tolerance.whole_above[c] = static_cast<std::uint64_t>(ask.above);
  }
}

void check_round(std::mt19937& random, std::uint32_t round) {
  const bool half = round % 11 == 10;
  const me::Element element = half ? me::Element::f32 : elements[round % 11];
  const bool real = element >= me::Element::f32;
  const Picture picture = draw_picture(random, round, element, half);
  Question ask{{}, 0, 0, Grid(picture.height, picture.width)};
  choose(random, picture, real, ask);
  me::cpu::FloodRequest& request = ask.request;
  std::vector<std::int64_t> seeds;
  for (std::uint32_t n = 1 + random() % 4; n > 0; n--) {
    seeds.push_back(static_cast<std::int64_t>(random()) % picture.width);
    seeds.push_back(static_cast<std::int64_t>(random()) % picture.height);
  }
  request.seeds = seeds.data();
  request.n_seeds = static_cast<std::int64_t>(seeds.size()) / 2;
  const Grid barrier = some_pixels(random, picture, 4), outside = some_pixels(random, picture, 5);
  Grid region = outside;
  for (std::uint64_t& pixel : region.all) pixel = 1 - pixel;
  const fuzz::Array barrier_array(barrier, me::Element::u16, round % 4);
  const fuzz::Array region_array(region, me::Element::u8, round % 4);
  const me::Runs barrier_runs = fuzz::runs_of(barrier), region_runs = fuzz::runs_of(region);
  const bool dense = random() % 2 == 0;
  if (round % 4 == 1) request.barrier = rows_of(barrier_array, barrier_runs, dense);
  if (round % 5 == 1) request.region = rows_of(region_array, region_runs, dense);
  const bool values = !real && picture.channels == 1 && round % 2 == 0;
  if (values) request.barrier_values = {{0, 0}, {6, 7}};
  const me::PixelBox& box = request.limits.box;
  for (std::int64_t y = box.top; y < box.bottom; y++) {
    for (std::int64_t x = box.left; x < box.right; x++) {
      const double value = picture.at(y, x, 0);
      const bool barred = (request.barrier && barrier.at(y, x) != 0) ||
                          (request.region && region.at(y, x) == 0) ||
                          (values && (value == 0 || value == 6));
      ask.allowed.at(y, x) = barred ? 0 : 1;
    }
  }
  check_flood(picture, ask, static_cast<int>(round % 8));
  if (round % 7 != 0) check_tolerances(picture, request);
}

}  // namespace

ME_TEST(floods_of_images_of_any_type) {
  std::mt19937 random(21);
  for (std::uint32_t round = 0; round < 99; round++) check_round(random, round);
}

ME_TEST(values_near_each_other_where_the_gpu_compares_them) {
  me::Tolerance tolerance;
  tolerance.real_below[1] = 0.5;
  tolerance.real_above[1] = 2;
  tolerance.whole_below[1] = 1;
  tolerance.whole_above[1] = 3;
  const double values[] = {0,    0.25, -0.25,   0.5,  -0.5, 1,        2,         -2,
                           2.25, 5,    0x1p-24, 1000, -3,   HUGE_VAL, -HUGE_VAL, std::nan("")};
  for (const double a : values) {
    for (const double b : values) {
      const bool finite = std::isfinite(a) && std::isfinite(b);
      const bool wanted = finite && a - b <= 2 && b - a <= 0.5;
      CHECK_EQUAL(me::cuda::is_near(a, b, tolerance, 1), wanted);
      CHECK_EQUAL(me::cuda::is_near(float(a), float(b), tolerance, 1), wanted);
      const me::cuda::Half p{halves::half_of(a)}, q{halves::half_of(b)};
      CHECK_EQUAL(me::cuda::is_near(p, q, tolerance, 1), wanted);
    }
  }
  for (int a = -128; a < 128; a++) {
    for (int b = -128; b < 128; b++) {
      const bool wanted = a - b <= 3 && b - a <= 1;
      const auto p = static_cast<std::int8_t>(a), q = static_cast<std::int8_t>(b);
      CHECK_EQUAL(me::cuda::is_near(p, q, tolerance, 1), wanted);
    }
    const auto p = static_cast<std::int8_t>(a);
    const auto minus_five = static_cast<std::uint64_t>(-5);
    CHECK_EQUAL(me::cuda::is_within(p, {minus_five, 7}), -5 <= a && a <= 7);
    CHECK(!me::cuda::is_within(float(a), {0, 127}));
  }
}
