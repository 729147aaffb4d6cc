// What only large images and batches take: strips and blocks that threads join, tiles that are open
// all over, runs that are merged side by side. At every CPU level.
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "base/dispatch.h"
#include "check.h"
#include "geometry/box_overlap.h"
#include "ops/clean/clean.h"
#include "ops/combine/combine.h"
#include "ops/distance_transform/distance_transform.h"
#include "ops/encode/encode.h"
#include "ops/flood/flood.h"
#include "ops/hole_tree/hole_tree.h"
#include "ops/label/label.h"
#include "ops/nms/nms.h"

namespace me {
namespace {

struct Picture {
  std::int64_t height, width;
  std::vector<std::uint8_t> pixels;

  Picture(std::int64_t h, std::int64_t w)
      : height(h), width(w), pixels(static_cast<std::size_t>(h * w)) {}
  std::uint8_t& at(std::int64_t y, std::int64_t x) {
    return pixels[static_cast<std::size_t>(y * width + x)];
  }
  MaskView view(std::int64_t n = 1) const {
    const std::int64_t rows = height / n;
    return {reinterpret_cast<const char*>(pixels.data()),
            Element::u8,
            n,
            rows,
            width,
            rows * width,
            width,
            1};
  }
};

Picture noise(std::int64_t height, std::int64_t width, unsigned per_mille, unsigned seed) {
  std::mt19937 random(seed);
  Picture picture(height, width);
  for (std::uint8_t& pixel : picture.pixels) pixel = random() % 1000 < per_mille ? 1 : 0;
  return picture;
}

template <class Work>
void at_every_level(Work work) {
  for (const Level level : available_levels()) {
    force_level(level_name(level));
    work();
  }
}

// How many steps each pixel is from the first ones, over pixels for which open(pixel) holds.
template <class Open>
std::vector<std::int64_t> steps_from(const Picture& picture, std::vector<std::int64_t> wave,
                                     bool diagonal, Open open) {
  std::vector<std::int64_t> steps(picture.pixels.size(), -1);
  for (const std::int64_t p : wave) steps[static_cast<std::size_t>(p)] = 0;
  for (std::size_t k = 0; k < wave.size(); k++) {
    const std::int64_t y = wave[k] / picture.width, x = wave[k] % picture.width;
    for (std::int64_t dy = -1; dy <= 1; dy++) {
      for (std::int64_t dx = -1; dx <= 1; dx++) {
        if (!diagonal && dy != 0 && dx != 0) continue;
        if (y + dy < 0 || y + dy >= picture.height || x + dx < 0 || x + dx >= picture.width)
          continue;
        const auto to = static_cast<std::size_t>((y + dy) * picture.width + x + dx);
        if (steps[to] >= 0 || !open(picture.pixels[to])) continue;
        steps[to] = steps[static_cast<std::size_t>(wave[k])] + 1;
        wave.push_back(static_cast<std::int64_t>(to));
      }
    }
  }
  return steps;
}

}  // namespace

ME_TEST(strips_of_short_runs_are_joined) {
  const Picture mask = noise(500, 900, 430, 3);
  std::vector<std::uint32_t> wanted(mask.pixels.size());
  std::uint32_t n = 0;
  for (std::size_t p = 0; p < wanted.size(); p++) {
    if (mask.pixels[p] == 0 || wanted[p] != 0) continue;
    n++;
    std::vector<std::int64_t> wave{static_cast<std::int64_t>(p)};
    wanted[p] = n;
    for (std::size_t k = 0; k < wave.size(); k++) {
      for (int step = 0; step < 9; step++) {
        const std::int64_t y = wave[k] / 900 + step / 3 - 1, x = wave[k] % 900 + step % 3 - 1;
        if (y < 0 || y >= 500 || x < 0 || x >= 900) continue;
        const auto to = static_cast<std::size_t>(y * 900 + x);
        if (mask.pixels[to] == 0 || wanted[to] != 0) continue;
        wanted[to] = n;
        wave.push_back(static_cast<std::int64_t>(to));
      }
    }
  }
  at_every_level([&] {
    for (const bool measured : {false, true}) {
      for (const int threads : {1, 3}) {
        cpu::Labelling found(mask.view(), {{true, measured}, false, true, false}, {threads});
        CHECK_EQUAL(found.n(0), std::int64_t{n});
        std::vector<std::uint32_t> out(wanted.size(), 7);
        found.paint({reinterpret_cast<char*>(out.data()), Element::u32, 1, 500, 900, 0, 3600, 4},
                    {threads});
        CHECK(out == wanted);
      }
    }
  });
}

ME_TEST(a_fill_crosses_tiles_that_are_open_all_over) {
  Picture image(420, 2600);
  for (std::int64_t y = 0; y < 420; y++) image.at(y, 1300) = y == 200 ? 0 : 9;
  for (std::int64_t x = 1400; x < 2500; x++) image.at(205, x) = 9;
  image.at(300, 700) = image.at(64, 512) = 9;
  for (const bool diagonal : {false, true}) {
    const auto steps = steps_from(image, {5 * 2600 + 5}, diagonal, [](int v) { return v == 0; });
    const std::int64_t seed[2] = {5, 5};
    cpu::FloodRequest request;
    request.image = {reinterpret_cast<const char*>(image.pixels.data()),
                     Element::u8,
                     false,
                     1,
                     {420, 2600},
                     2600,
                     1,
                     1};
    request.seeds = seed;
    request.n_seeds = 1;
    request.limits.box = {0, 0, 2600, 420};
    request.limits.diagonal = diagonal;
    at_every_level([&] {
      Picture out(420, 2600);
      const MutableMaskView to{
          reinterpret_cast<char*>(out.pixels.data()), Element::u8, 1, 420, 2600, 0, 2600, 1};
      const cpu::Flooded found = cpu::flood(request, &to, 1);
      for (std::size_t p = 0; p < steps.size(); p++) {
        CHECK((out.pixels[p] == 1) == (steps[p] >= 0));
      }
      CHECK_EQUAL(found.area, std::count(out.pixels.begin(), out.pixels.end(), 1));
    });
  }
}

ME_TEST(blocks_of_distances_meet) {
  const Picture mask = noise(700, 300, 998, 4);
  std::vector<std::int64_t> background;
  for (std::size_t p = 0; p < mask.pixels.size(); p++) {
    if (mask.pixels[p] == 0) background.push_back(static_cast<std::int64_t>(p));
  }
  for (const bool diagonal : {false, true}) {
    const auto steps = steps_from(mask, background, diagonal, [](int v) { return v == 1; });
    const cpu::DistanceRule rule{
        diagonal ? cpu::DistanceMetric::chebyshev : cpu::DistanceMetric::cityblock, 1, 1, false};
    for (const int threads : {1, 4}) {
      std::vector<float> out(mask.pixels.size());
      cpu::distance_transform(
          mask.view(), {reinterpret_cast<char*>(out.data()), Element::f32, 1, 700, 300, 0, 1200, 4},
          rule, {threads});
      for (std::size_t p = 0; p < out.size(); p++) CHECK(out[p] == float(steps[p]));
    }
  }
}

ME_TEST(many_ends_of_runs_are_merged_side_by_side) {
  const Picture a = noise(600, 500, 8, 5), b = noise(600, 500, 8, 6);
  Picture one = a;
  for (std::size_t p = 0; p < one.pixels.size(); p++) one.pixels[p] ^= b.pixels[p];
  at_every_level([&] {
    const Runs both = cpu::combine_pairs(cpu::SetOp::exclude, cpu::encode(a.view(), {}, {}).view(),
                                         cpu::encode(b.view(), {}, {}).view(), {});
    std::int64_t position = 0;
    for (std::int64_t k = 0; k < both.counts.size(); k++) {
      for (std::uint32_t i = 0; i < both.counts[k]; i++, position++) {
        CHECK(one.at(position % 600, position / 600) == k % 2);
      }
    }
    CHECK_EQUAL(position, 300000);
  });
}

// Mask i of a batch has a ring of 9 x 9 pixels and i % 3 single ones.
ME_TEST(batches_are_joined_in_order) {
  constexpr std::int64_t n = 900;
  Picture masks(n * 20, 30);
  for (std::int64_t i = 0; i < n; i++) {
    for (std::int64_t k = 0; k < 81; k++) {
      const std::int64_t y = k / 9, x = k % 9;
      if (y % 8 == 0 || x % 8 == 0) masks.at(20 * i + 5 + y, 5 + x) = 1;
    }
    for (std::int64_t k = 0; k < i % 3; k++) masks.at(20 * i + 2, 20 + 3 * k) = 1;
  }
  const Runs runs = cpu::encode(masks.view(n), {}, {4});
  const cpu::HoleTree tree = cpu::hole_tree(masks.view(n), false, true, {4});
  cpu::CleanRule rule{cpu::CleanRule::Kind::small, true, false, {nullptr, nullptr, 0, 2}};
  const cpu::CleanedMasks cleaned = cpu::clean_masks(runs.view(), rule, {4});
  const RegionChanges changes =
      cpu::clean({reinterpret_cast<char*>(masks.pixels.data()), Element::u8, n, 20, 30, 600, 30, 1},
                 rule, {4});
  for (std::int64_t i = 0; i < n; i++) {
    CHECK_EQUAL(tree.component_counts[i], 1 + i % 3);
    CHECK_EQUAL(tree.hole_counts[i], 1);
    CHECK_EQUAL(tree.hole_area[i], 49);
    CHECK_EQUAL(cleaned.changes.counts[i], i % 3);
    CHECK_EQUAL(changes.counts[i], i % 3);
    CHECK_EQUAL(cleaned.masks.view()[i].n, 2 * (9 + 7) + 1);  // per column: one run, or two
  }
}

// In the order of their numbers: kept when no kept box of the category before it overlaps it.
ME_TEST(boxes_compete_within_their_category) {
  std::mt19937 random(7);
  constexpr std::int64_t n = 700;
  std::vector<double> boxes;
  std::vector<std::int64_t> order, categories, wanted;
  for (std::int64_t i = 0; i < n; i++) {
    for (const unsigned most : {300u, 300u, 60u, 60u}) boxes.push_back(double(random() % most));
    order.push_back(i);
    categories.push_back(i % 3);
  }
  const auto overlap = [&](std::int64_t a, std::int64_t b) {
    const double *p = boxes.data() + 4 * a, *q = boxes.data() + 4 * b;
    const double w = std::min(p[0] + p[2], q[0] + q[2]) - std::max(p[0], q[0]);
    const double h = std::min(p[1] + p[3], q[1] + q[3]) - std::max(p[1], q[1]);
    return w > 0 && h > 0 ? w * h / (p[2] * p[3] + q[2] * q[3] - w * h) : 0;
  };
  std::vector<double> matrix(n * n);  // a column for each box of the second batch
  box_iou(boxes.data(), n, boxes.data(), n, nullptr, matrix.data(), BoxFormat::xywh);
  for (std::int64_t i = 0; i < n; i++) {
    for (std::int64_t j = 0; j < n; j++) {
      CHECK(std::abs(matrix[static_cast<std::size_t>(j * n + i)] - overlap(i, j)) < 1e-12);
    }
  }
  for (std::int64_t i = 0; i < n; i++) {
    const bool beaten = std::any_of(wanted.begin(), wanted.end(), [&](std::int64_t k) {
      return k % 3 == i % 3 && overlap(k, i) > 0.25;
    });
    if (!beaten) wanted.push_back(i);
  }
  for (const int threads : {1, 3}) {
    const Buffer<std::int64_t> kept =
        cpu::nms_boxes(boxes.data(), n, BoxFormat::xywh,
                       {order.data(), categories.data(), 3, 0.25, cpu::Overlap::iou}, {threads});
    CHECK(std::equal(kept.begin(), kept.end(), wanted.begin(), wanted.end()));
  }
}

}  // namespace me
