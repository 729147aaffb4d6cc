// Counts of bands and distances between borders, on random masks and threads, for the sanitizers.
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "check.h"
#include "ops/border_distances/border_distances.h"
#include "ops/boundary_overlap/boundary_overlap.h"
#include "ops/encode/encode.h"

namespace me {
namespace {

struct Image {
  std::int64_t height, width;
  std::vector<std::uint8_t> pixels;

  bool at(std::int64_t y, std::int64_t x) const {
    if (y < 0 || y >= height || x < 0 || x >= width) return false;
    return pixels[static_cast<std::size_t>(y * width + x)] != 0;
  }
  MaskView view() const {
    return {
        reinterpret_cast<const char*>(pixels.data()), Element::u8, 1, height, width, 0, width, 1};
  }
};

// A few blocks, some of them far apart.
Image blocks(std::mt19937& random, std::int64_t height, std::int64_t width) {
  Image image{height, width, {}};
  image.pixels.resize(static_cast<std::size_t>(height * width));
  for (unsigned k = random() % 4; k > 0; k--) {
    const auto top = std::int64_t(random() % unsigned(height));
    const auto left = std::int64_t(random() % unsigned(width));
    const std::int64_t bottom = std::min(height, top + 1 + std::int64_t(random() % 9));
    const std::int64_t right = std::min(width, left + 1 + std::int64_t(random() % 30));
    for (std::int64_t y = top; y < bottom; y++) {
      for (std::int64_t x = left; x < right; x++) {
        image.pixels[static_cast<std::size_t>(y * width + x)] ^= 1;
      }
    }
  }
  return image;
}

struct Place {
  std::int64_t y, x;
};

std::vector<Place> border_pixels(const Image& image) {
  std::vector<Place> found;
  for (std::int64_t y = 0; y < image.height; y++) {
    for (std::int64_t x = 0; x < image.width; x++) {
      const bool inside =
          image.at(y - 1, x) && image.at(y + 1, x) && image.at(y, x - 1) && image.at(y, x + 1);
      if (image.at(y, x) && !inside) found.push_back({y, x});
    }
  }
  return found;
}

std::vector<double> squares(const std::vector<Place>& from, const std::vector<Place>& to) {
  std::vector<double> found;
  for (const Place& p : from) {
    double best = std::numeric_limits<double>::infinity();
    for (const Place& q : to) {
      best = std::min(best, double((p.y - q.y) * (p.y - q.y) + (p.x - q.x) * (p.x - q.x)));
    }
    found.push_back(best);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<double> listed(const cpu::BorderDistances& rows, int side) {
  std::vector<double> found;
  for (std::int64_t k = 0; k < rows.item.size(); k++) {
    if (rows.side[k] == side) {
      found.insert(found.end(), static_cast<std::size_t>(rows.count[k]), rows.squared[k]);
    }
  }
  return found;
}

MaskPairs pairs_of(const Image& a, const Image& b) {
  MaskPairs pairs;
  pairs.n = 1;
  pairs.array_a = a.view();
  pairs.array_b = b.view();
  return pairs;
}

ME_TEST(border_distances_equal_the_slow_ones) {
  std::mt19937 random(3);
  for (int round = 0; round < 60; round++) {
    const auto height = 1 + std::int64_t(random() % 150);
    const auto width = 1 + std::int64_t(random() % 150);
    const Image a = blocks(random, height, width);
    const Image b = blocks(random, height, width);
    const auto ours = border_pixels(a);
    const auto theirs = border_pixels(b);
    const Exec exec{1 + int(random() % 3)};
    const auto found =
        cpu::border_distances(pairs_of(a, b), cpu::BorderElements::pixels, {1, 1}, exec);
    CHECK(listed(found, 0) == squares(ours, theirs));
    CHECK(listed(found, 1) == squares(theirs, ours));
  }
}

ME_TEST(borders_of_runs_equal_those_of_arrays) {
  std::mt19937 random(5);
  for (int round = 0; round < 60; round++) {
    const auto height = 1 + std::int64_t(random() % 130);
    const auto width = 1 + std::int64_t(random() % 130);
    const Image a = blocks(random, height, width);
    const Image b = blocks(random, height, width);
    const Image none = blocks(random, height, width);
    MaskPairs arrays = pairs_of(a, b);
    arrays.array_void = none.view();
    const Runs run_a = cpu::encode(a.view(), std::nullopt, {});
    const Runs run_b = cpu::encode(b.view(), std::nullopt, {});
    const Runs run_none = cpu::encode(none.view(), std::nullopt, {});
    MaskPairs runs;
    runs.n = 1;
    runs.are_runs = true;
    runs.run_a = run_a.view();
    runs.run_b = run_b.view();
    runs.run_void = run_none.view();
    for (const auto elements : {cpu::BorderElements::corners, cpu::BorderElements::pixels,
                                cpu::BorderElements::changes}) {
      const auto x = cpu::border_distances(arrays, elements, {1.5, 0.5}, {});
      const auto y = cpu::border_distances(runs, elements, {1.5, 0.5}, {});
      for (int side : {0, 1}) CHECK(listed(x, side) == listed(y, side));
    }
    const auto reach = std::int64_t(random() % 80);
    const bool from_edge = random() % 2 == 0;
    cpu::BoundaryOverlap x{};
    cpu::BoundaryOverlap y{};
    cpu::boundary_overlap(arrays, reach, from_edge, &x, {});
    cpu::boundary_overlap(runs, reach, from_edge, &y, {});
    CHECK_EQUAL(x.both, y.both);
    CHECK_EQUAL(x.band_a, y.band_a);
    CHECK_EQUAL(x.band_b, y.band_b);
    CHECK_EQUAL(x.band_both, y.band_both);
  }
}

}  // namespace
}  // namespace me
