// Morphology, bands of labels and distances on drawn and random masks, for the sanitizers.
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "../fuzz/input.h"
#include "check.h"
#include "ops/boundary/boundary.h"
#include "ops/distance_transform/distance_transform.h"
#include "ops/erode/erode.h"
#include "runs/morphology.h"

namespace me {
namespace {

struct Image {
  std::int64_t height, width;
  std::vector<std::uint8_t> pixels;

  bool at(std::int64_t y, std::int64_t x, bool beyond) const {
    if (y < 0 || y >= height || x < 0 || x >= width) return beyond;
    return pixels[static_cast<std::size_t>(y * width + x)] != 0;
  }
  MaskView view() const {
    return {
        reinterpret_cast<const char*>(pixels.data()), Element::u8, 1, height, width, 0, width, 1};
  }
};

MutableMaskView writable(Image& image) {
  return {reinterpret_cast<char*>(image.pixels.data()),
          Element::u8,
          1,
          image.height,
          image.width,
          0,
          image.width,
          1};
}

Image noise(std::mt19937& random) {
  Image image{1 + std::int64_t(random() % 70), 1 + std::int64_t(random() % 140), {}};
  const unsigned share = random() % 8;
  for (std::int64_t i = 0; i < image.height * image.width; i++) {
    image.pixels.push_back(random() % 8 < share ? 1 : 0);
  }
  return image;
}

// Dilation by a square, or erosion, pixel by pixel.
Image slow_square(const Image& image, Step step, std::int64_t ry, std::int64_t rx,
                  bool border_set) {
  const bool grows = step == Step::dilate;
  Image out = image;
  for (std::int64_t y = 0; y < image.height; y++) {
    for (std::int64_t x = 0; x < image.width; x++) {
      bool found = false;
      for (std::int64_t dy = -ry; dy <= ry; dy++) {
        for (std::int64_t dx = -rx; dx <= rx; dx++) {
          found = found || image.at(y + dy, x + dx, !grows && border_set) == grows;
        }
      }
      out.pixels[static_cast<std::size_t>(y * image.width + x)] = found == grows ? 1 : 0;
    }
  }
  return out;
}

ME_TEST(morphology_of_squares_equals_the_slow_one) {
  std::mt19937 random(1);
  for (int round = 0; round < 40; round++) {
    const Image image = noise(random);
    const auto ry = std::int64_t(random() % 5);
    const auto rx = std::int64_t(random() % 5);
    const Step step = random() % 2 == 0 ? Step::dilate : Step::erode;
    const bool border_set = random() % 2 == 0;
    const Morphology morphology{
        {step, step}, 1, {Shape::square, double(ry), double(rx)}, border_set};
    Image out = image;
    apply_morphology(morphology, image.view(), writable(out), Exec{1 + int(random() % 3)});
    CHECK(out.pixels == slow_square(image, step, ry, rx, border_set).pixels);
  }
}

Runs runs_of(const Image& image) {
  fuzz::Grid grid(image.height, image.width);
  std::copy(image.pixels.begin(), image.pixels.end(), grid.all.begin());
  return fuzz::runs_of(grid);
}

// Long columns with a few stretches, some of them up to an end: they are grown span by span.
ME_TEST(morphology_of_few_runs_equals_the_slow_one) {
  std::mt19937 random(4);
  constexpr std::int64_t height = 20000;
  for (int round = 0; round < 24; round++) {
    Image image{height, 8, std::vector<std::uint8_t>(8 * height, 0)};
    for (int k = 0; k < 5; k++) {
      const auto x = std::int64_t(random() % 8);
      const auto begin = std::int64_t(random() % 4) * 6667;
      const std::int64_t end = std::min(height, begin + 1 + std::int64_t(random() % 9000));
      for (std::int64_t y = begin; y < end; y++) {
        image.pixels[static_cast<std::size_t>(y * 8 + x)] = 1;
      }
    }
    const Step first = round % 2 == 0 ? Step::dilate : Step::erode;
    const Step second = round % 2 == 0 ? Step::erode : Step::dilate;  // closing, opening
    const bool border_set = random() % 2 == 0;
    const int steps = 1 + round / 2 % 2;
    const Morphology morphology{{first, second}, steps, {Shape::square, 2, 1}, border_set};
    Image wanted = slow_square(image, first, 2, 1, border_set);
    if (steps == 2) wanted = slow_square(wanted, second, 2, 1, border_set);
    CHECK(
        fuzz::same(apply_morphology(morphology, runs_of(image).view(), Exec{1}), runs_of(wanted)));
  }
}

ME_TEST(every_shape_and_radius_stays_in_bounds) {
  std::mt19937 random(2);
  for (int round = 0; round < 200; round++) {
    const Image image = noise(random);
    Image out = image;
    const Reach reach{static_cast<Shape>(random() % 3), double(random() % 200) / 3,
                      double(random() % 400) / 3};
    const Exec exec{1 + int(random() % 3)};
    cpu::boundary(image.view(), writable(out), {reach, static_cast<BandSide>(random() % 3), true},
                  exec);
    const LabelRows labels{reinterpret_cast<const char*>(image.pixels.data()), 1, image.height,
                           image.width, image.width};
    Image band = image;
    cpu::boundary(labels, writable(band), {reach, BandSide::inner, true}, exec);
    Image inner = image;
    cpu::boundary(image.view(), writable(inner), {reach, BandSide::inner, true}, exec);
    CHECK(band.pixels == inner.pixels);
    cpu::erode(labels, writable(band), reach, false, exec);
    for (std::size_t i = 0; i < band.pixels.size(); i++) {
      CHECK(band.pixels[i] == (image.pixels[i] & ~inner.pixels[i]));
    }
  }
}

// 0 times an infinite square is no number. The disk holds (0, dx) for all dx <= rx, and with ry =
// 2.5 whole rows at distances of 1 and 2, as (2 / 2.5)^2 < 1.
ME_TEST(a_radius_whose_square_is_infinite_reaches_the_whole_row) {
  const Reach reach{Shape::disk, 2.5, 1e300};
  const Footprint footprint = footprint_of_rows(reach, 11, 1000);
  CHECK_EQUAL(footprint.across(), 2);
  for (std::int64_t d = 0; d <= 2; d++) CHECK_EQUAL(footprint.along(d), 1000);
  CHECK_EQUAL(footprint_of_columns({Shape::disk, 1e300, 1e200}, 11, 1000).along(0), 11);

  // One row of 730 pixels: what it reaches is the rest of its row and the two below.
  Image image{11, 1000, std::vector<std::uint8_t>(11000, 0)};
  std::fill_n(image.pixels.begin(), 730, std::uint8_t{1});
  Image wanted = image;
  for (std::size_t k = 0; k < 3000; k++) wanted.pixels[k] = k < 730 ? 0 : 1;
  const BandRule rule{reach, BandSide::outer, false};
  Image out = image;
  cpu::boundary(image.view(), writable(out), rule, Exec{1});
  CHECK(out.pixels == wanted.pixels);
  const LabelRows labels{image.view().data, 1, image.height, image.width, image.width};
  cpu::boundary(labels, writable(out), rule, Exec{1});
  CHECK(out.pixels == wanted.pixels);
}

ME_TEST(distances_are_those_of_the_nearest_background_pixel) {
  std::mt19937 random(3);
  for (int round = 0; round < 20; round++) {
    const Image image = noise(random);
    std::vector<float> found(image.pixels.size());
    const MutableMaskView out{reinterpret_cast<char*>(found.data()),
                              Element::f32,
                              1,
                              image.height,
                              image.width,
                              0,
                              4 * image.width,
                              4};
    cpu::distance_transform(image.view(), out, {}, Exec{1 + int(random() % 3)});
    const auto y = std::int64_t(random() % unsigned(image.height));
    const auto x = std::int64_t(random() % unsigned(image.width));
    float nearest = INFINITY;
    for (std::int64_t v = 0; v < image.height; v++) {
      for (std::int64_t u = 0; u < image.width; u++) {
        if (image.at(v, u, true)) continue;
        nearest = std::min(nearest, std::sqrt(float((v - y) * (v - y) + (u - x) * (u - x))));
      }
    }
    CHECK(found[static_cast<std::size_t>(y * image.width + x)] == nearest);
  }
}

}  // namespace
}  // namespace me
