// Convex hulls of random masks by lines that part a pixel from all others, for the sanitizers.
#include "ops/convex_hull/convex_hull.h"

#include <algorithm>
#include <random>
#include <vector>

#include "check.h"

namespace me {
namespace {

using Pixels = std::vector<bool>;  // column by column

Pixels pixels_of(const RunList& runs) {
  Pixels pixels(static_cast<std::size_t>(runs.size.area()));
  std::int64_t position = 0;
  for (std::int64_t i = 0; i < runs.n; i++) {
    for (std::uint32_t k = 0; k < runs.counts[i]; k++, position++) {
      pixels[static_cast<std::size_t>(position)] = i % 2 != 0;
    }
  }
  return pixels;
}

// Every edge of a hull lies along a line (dx, dy) of the grid; ends of a hull that is a line lie on
// one along an axis.
Pixels slow_hull(const Pixels& pixels, Size size) {
  const bool any = std::find(pixels.begin(), pixels.end(), true) != pixels.end();
  Pixels inside(pixels.size(), any);
  const std::int64_t w = std::max<std::int64_t>(size.width, 2);
  const std::int64_t h = std::max<std::int64_t>(size.height, 2);
  for (std::int64_t dx = 1 - w; any && dx < w; dx++) {
    for (std::int64_t dy = 1 - h; dy < h; dy++) {
      const auto side = [&](std::size_t i) {
        const auto position = static_cast<std::int64_t>(i);
        return dx * (position % size.height) - dy * (position / size.height);
      };
      std::int64_t most = INT64_MIN;
      for (std::size_t i = 0; i < pixels.size(); i++) {
        if (pixels[i]) most = std::max(most, side(i));
      }
      for (std::size_t i = 0; i < pixels.size(); i++) inside[i] = inside[i] && side(i) <= most;
    }
  }
  return inside;
}

Runs noise(std::mt19937& random, std::int64_t n) {
  Runs runs;
  for (std::int64_t i = 0; i < n; i++) {
    const Size size{std::int64_t(random() % 9), std::int64_t(random() % 9)};
    const auto most = static_cast<std::int64_t>(2 + random() % 30);
    std::int64_t left = size.area();
    while (left > 0) {  // runs of length zero among them
      const auto count = std::min(left, std::int64_t(random()) % most);
      runs.counts.push_back(static_cast<std::uint32_t>(count));
      left -= count;
    }
    runs.counts.push_back(0);
    runs.end_item(size);
  }
  return runs;
}

}  // namespace

ME_TEST(convex_hulls_equal_parting_lines) {
  std::mt19937 random(5);
  const Runs masks = noise(random, 300);
  for (const int threads : {1, 3}) {
    const Runs hulls = cpu::convex_hull(masks.view(), {threads});
    CHECK_EQUAL(hulls.n(), masks.n());
    for (std::int64_t i = 0; i < masks.n(); i++) {
      const RunList hull = hulls.view()[i];
      CHECK_EQUAL(validate(hull), "");
      CHECK(pixels_of(hull) == slow_hull(pixels_of(masks.view()[i]), hull.size));
    }
  }
}

// An array that is shared can change after it was checked.
ME_TEST(convex_hulls_of_counts_that_lie_stay_inside_the_mask) {
  for (const std::uint32_t lie : {0U, 7U, 1000U, UINT32_MAX}) {
    const std::uint32_t counts[] = {1, lie, 2, lie, 3, 1};
    const std::int64_t offsets[] = {0, 6};
    const std::int64_t size[] = {4, 5};
    const Runs hulls = cpu::convex_hull({counts, offsets, size, 1}, {1});
    CHECK_EQUAL(validate(hulls.view()[0]), "");
  }
}

}  // namespace me
