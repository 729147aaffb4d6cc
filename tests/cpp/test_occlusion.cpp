// occlusion on random layers, against every pixel, for the sanitizers.
#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "check.h"
#include "ops/occlusion/occlusion.h"
#include "runs/cursor.h"

namespace me {
namespace {

using Pixels = std::vector<std::vector<char>>;

// `n` masks of `area` pixels, runs of length zero among theirs.
Runs noise(std::mt19937& random, std::int64_t n, std::int64_t area) {
  Runs runs;
  for (std::int64_t i = 0; i < n; i++) {
    std::int64_t left = area;
    while (left > 0) {
      const std::int64_t count = std::min<std::int64_t>(left, random() % 4 == 0 ? 0 : random() % 9);
      runs.counts.push_back(static_cast<std::uint32_t>(count));
      left -= count;
    }
    if (area == 0) runs.counts.push_back(0);
    runs.end_item({area, 1});
  }
  return runs;
}

Pixels decoded(const RunsView& masks) {
  Pixels out;
  for (std::int64_t i = 0; i < masks.n; i++) {
    std::vector<char> pixels(static_cast<std::size_t>(masks.size(i).area()), 0);
    for_each_span(masks[i], [&pixels](std::int64_t begin, std::int64_t end) {
      for (std::int64_t p = begin; p < end; p++) pixels[static_cast<std::size_t>(p)] = 1;
    });
    out.push_back(pixels);
  }
  return out;
}

std::int64_t common(const std::vector<char>& a, const std::vector<char>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), std::int64_t{0});
}

void check_pairs(const cpu::Occlusion& found, const Pixels& layers, const Pixels& seen) {
  std::int64_t k = 0;
  for (std::size_t i = 0; i < layers.size(); i++) {
    CHECK_EQUAL(found.inside[std::int64_t(i)], common(seen[i], layers[i]));
    for (std::size_t j = i + 1; j < layers.size(); j++) {
      const cpu::LayerPair wanted{std::int64_t(i),
                                  std::int64_t(j),
                                  common(layers[i], layers[j]),
                                  common(seen[i], layers[j]),
                                  common(seen[j], layers[i]),
                                  common(seen[i], seen[j])};
      if ((wanted.shared | wanted.i_over_j | wanted.j_over_i | wanted.clash) == 0) continue;
      CHECK(k < found.pairs.size());
      const cpu::LayerPair& ours = found.pairs[k++];
      CHECK(ours.i == wanted.i && ours.j == wanted.j);
      CHECK_EQUAL(ours.shared, wanted.shared);
      CHECK_EQUAL(ours.i_over_j, wanted.i_over_j);
      CHECK_EQUAL(ours.j_over_i, wanted.j_over_i);
      CHECK_EQUAL(ours.clash, wanted.clash);
    }
  }
  CHECK_EQUAL(k, found.pairs.size());
}

ME_TEST(occlusion_of_random_layers) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; round++) {
    const std::int64_t n = random() % 7;
    const std::int64_t area = random() % 90;
    const Runs layers = noise(random, n, area);
    std::vector<std::int64_t> rank(static_cast<std::size_t>(n));
    std::iota(rank.begin(), rank.end(), 0);
    std::shuffle(rank.begin(), rank.end(), random);
    const cpu::Occlusion found = cpu::occlusion(layers.view(), rank.data());
    const Pixels whole = decoded(layers.view());
    Pixels seen = whole;
    for (std::size_t i = 0; i < seen.size(); i++) {
      for (std::size_t j = 0; j < seen.size(); j++) {
        for (std::size_t p = 0; rank[j] > rank[i] && p < seen[i].size(); p++) {
          seen[i][p] = static_cast<char>(seen[i][p] & (whole[j][p] == 0 ? 1 : 0));
        }
      }
    }
    CHECK(decoded(found.visible.view()) == seen);
    check_pairs(found, whole, seen);
  }
}

ME_TEST(occlusion_of_stored_masks) {
  std::mt19937 random(12);
  for (int round = 0; round < 300; round++) {
    const std::int64_t n = random() % 6;
    const std::int64_t area = random() % 90;
    const Runs layers = noise(random, n, area);
    const Runs seen = noise(random, n, area);
    check_pairs(cpu::occlusion(layers.view(), seen.view()), decoded(layers.view()),
                decoded(seen.view()));
  }
}

}  // namespace
}  // namespace me
