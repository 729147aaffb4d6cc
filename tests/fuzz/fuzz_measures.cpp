// A few masks of one size: areas, boxes, centres, moments, outlines, points, overlaps, votes, who
// is kept and distances are what counting pixel by pixel gives, at every CPU level.
#include <cmath>
#include <limits>
#include <vector>

#include "engines.h"
#include "ops/area/area.h"
#include "ops/bbox/bbox.h"
#include "ops/centroid/centroid.h"
#include "ops/contains/contains.h"
#include "ops/distance_transform/distance_transform.h"
#include "ops/iou/iou.h"
#include "ops/moments/moments.h"
#include "ops/nms/nms.h"
#include "ops/perimeter/perimeter.h"
#include "ops/vote/vote.h"

namespace {

using Grids = std::vector<fuzz::Grid>;

// Whole numbers below 2^53, so that doubles are exact.
struct Counted {
  std::int64_t area = 0, edges = 0;
  std::int64_t left = 0, top = 0, right = 0, bottom = 0;
  double sums[10] = {};  // m00 m10 m01 m20 m11 m02 m30 m21 m12 m03
};

Counted count(const fuzz::Grid& mask) {
  Counted found;
  constexpr int powers[10][2] = {{0, 0}, {1, 0}, {0, 1}, {2, 0}, {1, 1},
                                 {0, 2}, {3, 0}, {2, 1}, {1, 2}, {0, 3}};
  for (std::int64_t x = 0; x < mask.width; x++) {
    for (std::int64_t y = 0; y < mask.height; y++) {
      if (mask.at(y, x) == 0) continue;
      if (found.area++ == 0) found.left = x, found.top = found.bottom = y;
      found.right = x + 1;
      found.top = std::min(found.top, y);
      found.bottom = std::max(found.bottom, y + 1);
      for (const auto& [v, u] : {std::pair(y - 1, x), {y + 1, x}, {y, x - 1}, {y, x + 1}}) {
        found.edges += mask.has(v, u) && mask.at(v, u) != 0 ? 0 : 1;
      }
      for (int k = 0; k < 10; k++) {
        found.sums[k] +=
            std::pow(double(x), double(powers[k][0])) * std::pow(double(y), double(powers[k][1]));
      }
    }
  }
  return found;
}

std::int64_t shared(const fuzz::Grid& a, const fuzz::Grid& b) {
  std::int64_t n = 0;
  for (std::size_t k = 0; k < a.all.size(); k++) n += a.all[k] != 0 && b.all[k] != 0 ? 1 : 0;
  return n;
}

double overlap(const fuzz::Grid& a, const fuzz::Grid& b, bool crowd) {
  const std::int64_t both = shared(a, b);
  const std::int64_t whole = crowd ? a.area() : a.area() + b.area() - both;
  return both == 0 ? 0 : double(both) / double(whole);
}

void check_measures(const Grids& masks, const me::RunsView& runs) {
  const auto& one = fuzz::one_thread;
  const auto n = static_cast<std::size_t>(runs.n);
  std::vector<std::int64_t> areas(n), boxes(4 * n), edges(n);
  std::vector<double> centres(2 * n), moments(n * me::cpu::moment_count);
  me::cpu::area(runs, areas.data(), one);
  me::cpu::bbox(runs, true, boxes.data(), one);
  me::cpu::perimeter(runs, edges.data(), one);
  me::cpu::centroid(runs, centres.data(), one);
  me::cpu::moments(runs, moments.data(), one);
  std::vector<std::int64_t> boxes_of_bits(4 * n);
  me::cpu::bbox(me::pack(runs, one).view(), true, boxes_of_bits.data(), one);
  EXPECT(boxes_of_bits == boxes);
  std::vector<std::int64_t> edges_of_bits(n);
  me::cpu::perimeter(me::pack(runs, one).view(), edges_of_bits.data(), one);
  EXPECT(edges_of_bits == edges);
  for (std::size_t i = 0; i < n; i++) {
    const Counted wanted = count(masks[i]);
    const std::int64_t* box = boxes.data() + 4 * i;
    EXPECT(areas[i] == wanted.area && edges[i] == wanted.edges);
    EXPECT(box[0] == wanted.left && box[1] == wanted.top && box[2] == wanted.right - wanted.left &&
           box[3] == wanted.bottom - wanted.top);
    const double area = double(wanted.area);
    EXPECT(wanted.area == 0
               ? std::isnan(centres[2 * i])
               : std::abs(centres[2 * i] - wanted.sums[1] / area - 0.5) < 1e-9 &&
                     std::abs(centres[2 * i + 1] - wanted.sums[2] / area - 0.5) < 1e-9);
    for (std::size_t k = 0; k < 10; k++) {
      EXPECT(moments[i * me::cpu::moment_count + k] == wanted.sums[k]);
    }
  }
}

void check_points(const Grids& masks, const me::RunsView& runs, const std::vector<double>& points) {
  const std::size_t k = points.size() / 2;
  std::vector<std::uint8_t> found(static_cast<std::size_t>(runs.n) * k + 1);
  me::cpu::contains(runs, points.data(), static_cast<std::int64_t>(k),
                    reinterpret_cast<bool*>(found.data()), fuzz::one_thread);
  for (std::size_t i = 0; i < masks.size(); i++) {
    for (std::size_t p = 0; p < k; p++) {
      const auto x = static_cast<std::int64_t>(std::floor(points[2 * p]));
      const auto y = static_cast<std::int64_t>(std::floor(points[2 * p + 1]));
      EXPECT((found[i * k + p] != 0) == (masks[i].has(y, x) && masks[i].at(y, x) != 0));
    }
  }
}

void check_overlaps(const Grids& masks, const me::RunsView& runs, std::uint8_t crowds) {
  const std::size_t n = masks.size();
  std::vector<std::uint8_t> crowd(n);
  for (std::size_t j = 0; j < n; j++) crowd[j] = crowds >> (j % 8) & 1;
  std::vector<double> matrix(n * n), pairs(n);
  me::cpu::iou_matrix(runs, runs, crowd.data(), matrix.data(), fuzz::one_thread);
  for (std::size_t i = 0; i < n; i++) {
    for (std::size_t j = 0; j < n; j++) {
      EXPECT(matrix[i * n + j] == overlap(masks[i], masks[j], crowd[j] != 0));
    }
  }
  const std::int64_t first[2] = {runs.offsets[0], runs.offsets[1]};
  const me::RunsView one{runs.counts, first, runs.sizes, 1};
  me::cpu::iou_pairs(one, runs, nullptr, pairs.data(), fuzz::one_thread);
  for (std::size_t j = 0; j < n; j++) EXPECT(pairs[j] == overlap(masks[0], masks[j], false));
}

// Item after item: kept when no kept one before it overlaps it by more than the threshold.
void check_contest(const Grids& masks, const me::RunsView& runs, double threshold) {
  std::vector<std::int64_t> order, categories, wanted;
  for (std::size_t i = 0; i < masks.size(); i++) {
    order.push_back(static_cast<std::int64_t>(masks.size() - 1 - i));
    categories.push_back(static_cast<std::int64_t>(i % 2));
  }
  for (const std::int64_t item : order) {
    bool kept = true;
    for (const std::int64_t other : wanted) {
      const auto i = static_cast<std::size_t>(item), j = static_cast<std::size_t>(other);
      kept = kept && (i % 2 != j % 2 || !(overlap(masks[j], masks[i], false) > threshold));
    }
    if (kept) wanted.push_back(item);
  }
  const me::cpu::Contest contest{order.data(), categories.data(), 2, threshold,
                                 me::cpu::Overlap::iou};
  const me::Buffer<std::int64_t> found = me::cpu::nms_masks(runs, contest, fuzz::one_thread);
  EXPECT(std::equal(found.begin(), found.end(), wanted.begin(), wanted.end()));
}

void check_votes(const Grids& masks, const me::RunsView& runs, std::int64_t least,
                 std::uint8_t table_byte) {
  const std::size_t n = masks.size();
  const me::cpu::GroupsOf all{nullptr, 1, {}};
  std::vector<me::cpu::WideNumber> weights;
  std::vector<std::uint8_t> table(std::size_t{1} << n);
  for (std::size_t i = 0; i < n; i++) weights.push_back({static_cast<std::int64_t>(i), 1u << 31});
  for (std::size_t k = 0; k < table.size(); k++) table[k] = (table_byte * (k + 3) >> 2) & 1;
  fuzz::Grid counted = masks[0], weighed = masks[0], looked_up = masks[0];
  for (std::size_t p = 0; p < counted.all.size(); p++) {
    std::int64_t votes = 0, halves = 0;
    std::size_t pattern = 0;
    for (std::size_t i = 0; i < n; i++) {
      const bool there = masks[i].all[p] != 0;
      votes += there;
      halves += there ? 2 * static_cast<std::int64_t>(i) + 1 : 0;
      pattern = 2 * pattern + there;
    }
    counted.all[p] = votes >= least;
    weighed.all[p] = halves >= 2 * least;
    looked_up.all[p] = table[pattern];
  }
  const auto& one = fuzz::one_thread;
  EXPECT(fuzz::same(me::cpu::at_least(runs, least, all, one), fuzz::runs_of(counted)));
  EXPECT(fuzz::same(me::cpu::weigh(runs, weights.data(), {least, 0}, all, one),
                    fuzz::runs_of(weighed)));
  EXPECT(fuzz::same(me::cpu::look_up(runs, table.data(), static_cast<std::int64_t>(n), all, one),
                    fuzz::runs_of(looked_up)));
}

// The nearest background pixel of every pixel, or foreground pixel where distances are signed.
void check_distances(const fuzz::Grid& mask, std::uint8_t choice, int layout) {
  using me::cpu::DistanceMetric;
  const DistanceMetric metrics[] = {DistanceMetric::euclidean, DistanceMetric::chebyshev,
                                    DistanceMetric::cityblock, DistanceMetric::euclidean};
  me::cpu::DistanceRule rule{metrics[choice % 4], 1, 1, choice % 8 >= 4};
  if (choice % 4 == 3) rule.y = 2, rule.x = 0.5;
  if (mask.all.size() > 600) return;
  const fuzz::Array in(mask, me::Element::u8, layout);
  const fuzz::Array out(mask.height, mask.width, me::Element::f64, layout);
  me::cpu::distance_transform(in.view(), out.out(), rule, fuzz::one_thread);
  for (std::int64_t y = 0; y < mask.height; y++) {
    for (std::int64_t x = 0; x < mask.width; x++) {
      double best = std::numeric_limits<double>::infinity();
      for (std::int64_t v = 0; v < mask.height; v++) {
        for (std::int64_t u = 0; u < mask.width; u++) {
          if (mask.at(v, u) == mask.at(y, x)) continue;
          const double dy = std::abs(double(v - y)) * rule.y, dx = std::abs(double(u - x)) * rule.x;
          const double way = rule.metric == DistanceMetric::chebyshev   ? std::max(dy, dx)
                             : rule.metric == DistanceMetric::cityblock ? dy + dx
                                                                        : std::hypot(dy, dx);
          best = std::min(best, way);
        }
      }
      const bool inside = mask.at(y, x) != 0;
      const double wanted = inside ? best : rule.is_signed ? -best : 0;
      const std::uint64_t bits = out.at(y, x);
      double found = 0;
      std::memcpy(&found, &bits, 8);
      EXPECT(found == wanted || std::abs(found - wanted) < 1e-12 * (1 + std::abs(wanted)));
    }
  }
}

}  // namespace

// Bytes: size, how many masks, four choices, six points, then the masks.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const me::Size shape = fuzz::read_size(input);
  const std::int64_t n = 1 + input.below(9);
  const std::uint8_t odd = input.byte(), crowds = input.byte(), table = input.byte();
  const std::int64_t least = 1 + input.below(4);
  std::vector<double> points;
  for (int k = 0; k < 12; k++) points.push_back(double(input.below(150)) - 3.25);
  Grids masks;
  me::Runs runs;
  for (std::int64_t i = 0; i < n; i++) {
    masks.push_back(fuzz::read_grid(input, shape.height, shape.width, 2));
    if (i > 0 && odd >= 128) {  // much in common with the one before
      for (std::size_t p = 0; p < masks.back().all.size(); p++) {
        if (p % 8 != 0) masks.back().all[p] = masks[masks.size() - 2].all[p];
      }
    }
    fuzz::append_runs(masks.back(), runs, odd % 6);
  }
  fuzz::at_every_level([&] {
    check_distances(masks[0], crowds, odd % 8);
    check_measures(masks, runs.view());
    check_points(masks, runs.view(), points);
    check_overlaps(masks, runs.view(), crowds);
    check_contest(masks, runs.view(), double(table) / 256);
    check_votes(masks, runs.view(), least, table);
  });
  return 0;
}
