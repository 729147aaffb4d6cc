// Masks of more than 2^32 pixels, whose runs may be split: set algebra, areas, overlaps and who
// survives, cell by cell between all positions at which some mask changes.
#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "check.h"
#include "ops/area/area.h"
#include "ops/bbox/bbox.h"
#include "ops/combine/combine.h"
#include "ops/contains/contains.h"
#include "ops/iou/iou.h"
#include "ops/nms/nms.h"
#include "ops/rasterize/rasterize.h"

namespace {

constexpr me::Size wide{1 << 17, 3 << 16};
constexpr me::Exec one_thread{1};

// Where a mask changes, from background on.
using Changes = std::vector<std::int64_t>;

void add_run(me::Runs& runs, std::int64_t length) {
  for (; length > UINT32_MAX; length -= UINT32_MAX) {
    runs.counts.push_back(UINT32_MAX);
    runs.counts.push_back(0);
  }
  runs.counts.push_back(static_cast<std::uint32_t>(length));
}

void add_mask(me::Runs& runs, const Changes& changes, me::Size of = wide) {
  std::int64_t last = 0;
  for (const std::int64_t change : changes) {
    add_run(runs, change - last);
    last = change;
  }
  if (last < of.area() || changes.empty()) add_run(runs, of.area() - last);
  runs.end_item(of);
}

Changes changes_of(const me::RunList& mask) {
  Changes out;
  std::int64_t at = 0;
  for (std::int64_t k = 0; k < mask.n; k++) {
    if (mask.counts[k] == 0) {  // a split run, or a mask that begins with foreground
      if (k == 0) out.push_back(0);
      if (k > 0) out.pop_back();
      continue;
    }
    at += mask.counts[k];
    out.push_back(at);
  }
  CHECK_EQUAL(at, mask.size.area());
  out.pop_back();  // the end of the image
  return out;
}

// A few stretches anywhere, at times near places where other masks have theirs.
Changes draw(std::mt19937_64& random, const Changes& near) {
  Changes changes;
  for (std::uint64_t n = 2 * (random() % 6); n > 0; n--) {
    const auto anywhere = static_cast<std::int64_t>(random() % std::uint64_t(wide.area()));
    const bool beside = !near.empty() && random() % 2 == 0;
    changes.push_back(beside ? near[random() % near.size()] : anywhere);
  }
  std::sort(changes.begin(), changes.end());
  Changes out;  // equal ones cancel
  for (const std::int64_t change : changes) {
    if (!out.empty() && out.back() == change) {
      out.pop_back();
    } else {
      out.push_back(change);
    }
  }
  return out;
}

bool inside(const Changes& mask, std::int64_t position) {
  return (std::upper_bound(mask.begin(), mask.end(), position) - mask.begin()) % 2 == 1;
}

// The mask whose pixels are those for which `rule` holds of what all masks have there.
template <class Rule>
Changes combined(const std::vector<Changes>& masks, Rule rule) {
  Changes all{0};
  for (const Changes& mask : masks) all.insert(all.end(), mask.begin(), mask.end());
  std::sort(all.begin(), all.end());
  Changes out;
  bool last = false;
  for (const std::int64_t position : all) {
    if (position >= wide.area()) break;
    std::vector<bool> has;
    for (const Changes& mask : masks) has.push_back(inside(mask, position));
    const bool now = rule(has);
    if (now != last) out.push_back(position);
    last = now;
  }
  return out;
}

std::int64_t area_of(const Changes& mask) {
  std::int64_t area = 0;
  for (std::size_t k = 0; k < mask.size(); k += 2) {
    area += (k + 1 < mask.size() ? mask[k + 1] : wide.area()) - mask[k];
  }
  return area;
}

bool apply(me::cpu::SetOp op, const std::vector<bool>& has) {
  bool out = has[0];
  for (std::size_t k = 1; k < has.size(); k++) {
    if (op == me::cpu::SetOp::unite) out = out || has[k];
    if (op == me::cpu::SetOp::intersect) out = out && has[k];
    if (op == me::cpu::SetOp::subtract) out = out && !has[k];
    if (op == me::cpu::SetOp::exclude) out = out != has[k];
  }
  return out;
}

double slow_iou(const Changes& a, const Changes& b, bool crowd) {
  const auto both = [](const std::vector<bool>& has) { return has[0] && has[1]; };
  const std::int64_t shared = area_of(combined({a, b}, both));
  const std::int64_t rest = crowd ? area_of(a) : area_of(a) + area_of(b) - shared;
  return shared == 0 ? 0 : double(shared) / double(rest);
}

constexpr me::cpu::SetOp operations[] = {me::cpu::SetOp::unite, me::cpu::SetOp::intersect,
                                         me::cpu::SetOp::subtract, me::cpu::SetOp::exclude};

}  // namespace

ME_TEST(set_algebra_past_32_bits) {
  std::mt19937_64 random(81);
  for (int round = 0; round < 200; round++) {
    std::vector<Changes> masks;
    me::Runs runs[3], all;
    for (std::size_t k = 0; k < 3; k++) {
      masks.push_back(draw(random, k > 0 ? masks[0] : Changes{}));
      add_mask(runs[k], masks[k]);
      add_mask(all, masks[k]);
    }
    std::int64_t areas[3];
    me::cpu::area(all.view(), areas, one_thread);
    for (int k = 0; k < 3; k++) CHECK_EQUAL(areas[k], area_of(masks[static_cast<std::size_t>(k)]));
    for (const me::cpu::SetOp op : operations) {
      const auto rule = [op](const std::vector<bool>& has) { return apply(op, has); };
      const me::Runs pair = me::cpu::combine_pairs(op, runs[0].view(), runs[1].view(), one_thread);
      CHECK(changes_of(pair.view()[0]) == combined({masks[0], masks[1]}, rule));
      const me::Runs group = me::cpu::combine_groups(op, all.view(), nullptr, 1, {}, one_thread);
      CHECK(changes_of(group.view()[0]) == combined(masks, rule));
    }
    const auto rest = [](const std::vector<bool>& has) { return !has[0]; };
    const me::Runs complement = me::cpu::complement(runs[0].view(), one_thread);
    CHECK(changes_of(complement.view()[0]) == combined({masks[0]}, rest));
  }
}

ME_TEST(overlaps_past_32_bits) {
  std::mt19937_64 random(82);
  for (int round = 0; round < 60; round++) {
    std::vector<Changes> masks;
    me::Runs runs;
    for (std::size_t k = 0; k < 5; k++) {
      masks.push_back(draw(random, k > 0 ? masks[0] : Changes{}));
      add_mask(runs, masks[k]);
    }
    const std::uint8_t crowd[] = {0, 1, 0, 0, 1};
    const bool crowds = round % 2 == 0;
    double matrix[25], pairs[5];
    me::cpu::iou_matrix(runs.view(), runs.view(), crowds ? crowd : nullptr, matrix, one_thread);
    me::cpu::iou_pairs(runs.view(), runs.view(), crowds ? crowd : nullptr, pairs, one_thread);
    std::vector<std::int64_t> kept;
    for (std::size_t i = 0; i < 5; i++) {
      bool beaten = false;
      for (std::size_t j = 0; j < 5; j++) {
        const bool is_crowd = crowds && crowd[j] != 0;
        const double wanted = slow_iou(masks[i], masks[j], is_crowd);
        CHECK(std::abs(matrix[5 * i + j] - wanted) < 1e-12);
        if (i == j) CHECK(std::abs(pairs[i] - wanted) < 1e-12);
        const auto before = std::find(kept.begin(), kept.end(), static_cast<std::int64_t>(j));
        beaten = beaten || (before != kept.end() && slow_iou(masks[i], masks[j], false) > 0.3);
      }
      if (!beaten) kept.push_back(static_cast<std::int64_t>(i));
    }
    const std::int64_t order[] = {0, 1, 2, 3, 4}, categories[] = {0, 0, 0, 0, 0};
    const auto found = me::cpu::nms_masks(
        runs.view(), {order, categories, 1, 0.3, me::cpu::Overlap::iou}, one_thread);
    CHECK(std::equal(found.begin(), found.end(), kept.begin(), kept.end()));
  }
}

ME_TEST(points_past_32_bits) {
  std::mt19937_64 random(83);
  for (int round = 0; round < 60; round++) {
    const Changes mask = draw(random, {});
    me::Runs runs;
    add_mask(runs, mask);
    std::vector<double> points{-1, 5, 5, -0.25, 1e12, 5, 5, 1e12, HUGE_VAL, 0};
    for (const std::int64_t change : mask) {
      for (const std::int64_t at : {change - 1, change}) {
        points.push_back(double(at / wide.height) + 0.5);
        points.push_back(double(at % wide.height) + 0.25);
      }
    }
    const std::size_t k = points.size() / 2;
    bool found[64];
    me::cpu::contains(runs.view(), points.data(), static_cast<std::int64_t>(k), found, one_thread);
    for (std::size_t p = 0; p < k; p++) {
      const double x = points[2 * p], y = points[2 * p + 1];
      const bool image = x >= 0 && y >= 0 && x < double(wide.width) && y < double(wide.height);
      const bool wanted =
          image && inside(mask, static_cast<std::int64_t>(x) * wide.height + std::int64_t(y));
      CHECK_EQUAL(found[p], wanted);
    }
    points[7] = std::nan("");
    CHECK_THROWS(me::Error,
                 me::cpu::contains(runs.view(), points.data(), std::int64_t(k), found, one_thread),
                 {
                   CHECK_EQUAL(caught.parameter, std::string("points"));
                   CHECK_EQUAL(caught.index, 3);
                 });
  }
}

ME_TEST(polygons_past_32_bits) {
  me::Polygons polygons;
  const double boxes[][4] = {{10, 20, 150000, 60}, {99990, 30, 100010, 70000}, {0, 0, 196608, 3}};
  for (const auto& [left, top, right, bottom] : boxes) {
    const double corners[] = {left, top, right, top, right, bottom, left, bottom};
    polygons.coords.append(corners, 8);
    polygons.end_ring();
    polygons.end_polygon();
  }
  polygons.end_item();
  const std::int64_t sides[] = {wide.height, wide.width};
  const std::int64_t wanted = std::int64_t{149990} * 40 + 20 * (70000 - 60) + 3 * 196608;
  for (const me::PixelRule rule : {me::PixelRule::exact, me::PixelRule::gdal}) {
    const me::Runs runs =
        me::cpu::rasterize(polygons.view(), sides, true, rule, me::FillRule::even_odd, one_thread);
    std::int64_t area = 0, box[4];
    me::cpu::area(runs.view(), &area, one_thread);
    me::cpu::bbox(runs.view(), false, box, one_thread);
    CHECK_EQUAL(area, wanted);
    CHECK(box[0] == 0 && box[1] == 0 && box[2] == 196608 && box[3] == 70000);
  }
}

ME_TEST(batches_that_do_not_pair) {
  me::Runs two, three;
  for (int k = 0; k < 3; k++) {
    if (k < 2) add_mask(two, {5, 9}, {4, 5});
    add_mask(three, {k, k + 3}, {4, 5 + k / 2});
  }
  const auto refusal = [](auto call) -> std::string {
    try {
      call();
    } catch (const me::Error& error) {
      CHECK(error.kind == me::ErrorKind::shape_mismatch);
      return error.parameter + ": " + error.what();
    }
    return "nothing";
  };
  double out[9];
  const std::string lengths = "b: expected 2 masks, as in a, or one, got 3";
  CHECK_EQUAL(refusal([&] {
                me::cpu::combine_pairs(me::cpu::SetOp::unite, two.view(), three.view(), one_thread);
              }),
              lengths);
  CHECK_EQUAL(refusal([&] { me::cpu::iou_pair_count(2, 3); }), lengths);
  CHECK_EQUAL(
      refusal([&] { me::cpu::iou_matrix(two.view(), three.view(), nullptr, out, one_thread); }),
      std::string("b: expected the size (4, 5) of a[0], got (4, 6)"));
  CHECK_EQUAL(refusal([&] {
                const std::int64_t order[] = {0, 1, 2}, categories[] = {0, 0, 0};
                me::cpu::nms_masks(three.view(), {order, categories, 1, 0.5, {}}, one_thread);
              }),
              std::string("masks: expected the size (4, 5) of masks[0], got (4, 6)"));
  CHECK(refusal([&] {
          me::cpu::combine_groups(me::cpu::SetOp::exclude, three.view(), nullptr, 1, {},
                                  one_thread);
        }).find("masks[0]") != std::string::npos);
  CHECK_EQUAL(me::cpu::iou_pair_count(2, 2), 2);
}
