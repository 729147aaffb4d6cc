// frame_stats, argmax and patches between maps on random input, against every pixel.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/dispatch.h"
#include "base/error.h"
#include "check.h"
#include "ops/argmax/argmax.h"
#include "ops/canvas/map_changes.h"
#include "ops/frame_stats/frame_stats.h"
#include "ops/joint/match_segments.h"

namespace {

using Labels = std::vector<std::uint8_t>;

me::MaskView view_of(const Labels& map, std::int64_t height, std::int64_t width, bool turned) {
  me::MaskView view{
      reinterpret_cast<const char*>(map.data()), me::Element::u8, 1, height, width, 0, width, 1};
  if (turned) {  // column by column
    view.row_stride = 1;
    view.column_stride = height;
  }
  return view;
}

ME_TEST(frame_stats_against_every_pixel) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; round++) {
    const std::int64_t height = random() % 20;
    const std::int64_t width = random() % 150;
    const bool turned = random() % 2 == 0;
    Labels map(static_cast<std::size_t>(height * width));
    for (std::uint8_t& value : map) value = static_cast<std::uint8_t>(random() % 5 % 3);
    const auto at = [&](std::int64_t y, std::int64_t x) {
      return map[static_cast<std::size_t>(turned ? x * height + y : y * width + x)];
    };
    std::map<int, std::int64_t> area, boundary;
    std::map<std::pair<int, int>, std::int64_t> edges;
    for (std::int64_t y = 0; y < height; y++) {
      for (std::int64_t x = 0; x < width; x++) {
        const int here = at(y, x);
        bool near = (x > 0 && at(y, x - 1) != here) || (y > 0 && at(y - 1, x) != here);
        const auto meet = [&](int other) {
          near |= other != here;
          if (other != here) edges[{std::min(here, other), std::max(here, other)}]++;
        };
        if (x + 1 < width) meet(at(y, x + 1));
        if (y + 1 < height) meet(at(y + 1, x));
        area[here]++;
        boundary[here] += near ? 1 : 0;
      }
    }
    const me::MaskView view = view_of(map, height, width, turned);
    const me::cpu::FrameStats found = me::cpu::frame_stats(&view, 1, nullptr, 0, true, {});
    CHECK_EQUAL(found.labels.size(), static_cast<std::int64_t>(area.size()));
    for (std::int64_t k = 0; k < found.labels.size(); k++) {
      const int label = static_cast<int>(found.labels[k]);
      CHECK_EQUAL(found.area[k], area[label]);
      CHECK_EQUAL(found.boundary[k], boundary[label]);
    }
    CHECK_EQUAL(found.edges.size(), static_cast<std::int64_t>(edges.size()));
    for (std::int64_t k = 0; k < found.edges.size(); k++) {
      const std::pair<int, int> pair{static_cast<int>(found.pair_labels[2 * k]),
                                     static_cast<int>(found.pair_labels[2 * k + 1])};
      CHECK_EQUAL(found.edges[k], edges[pair]);
    }
  }
}

ME_TEST(argmax_at_every_level) {
  std::mt19937 random(8);
  for (const me::Level level : me::available_levels()) {
    me::force_level(me::level_name(level));
    for (int round = 0; round < 50; round++) {
      const std::int64_t classes = 1 + random() % 6;
      const std::int64_t width = 1 + random() % 1100;
      std::vector<float> scores(static_cast<std::size_t>(classes * width));
      for (float& score : scores) score = static_cast<float>(random() % 9);
      std::vector<std::uint32_t> labels;
      for (std::int64_t c = 0; c < classes; c++) labels.push_back(static_cast<std::uint32_t>(c));
      const std::int64_t step = 4 * width;
      const me::cpu::ScoreView view{reinterpret_cast<const char*>(scores.data()),
                                    me::cpu::ScoreType::f32,
                                    1,
                                    classes,
                                    1,
                                    width,
                                    classes * step,
                                    step,
                                    step,
                                    4};
      me::cpu::ArgmaxOptions options;
      options.labels = labels.data();
      options.unsure = static_cast<me::cpu::Unsure>(random() % 3);
      std::vector<char> out(static_cast<std::size_t>(width));
      std::vector<float> unsure(static_cast<std::size_t>(width));
      me::cpu::argmax(view, options, me::Element::u8, out.data(), unsure.data(), {2});
      for (std::size_t x = 0; x < out.size(); x++) {
        std::size_t best = 0;
        for (std::size_t c = 1; c < labels.size(); c++) {
          if (scores[c * out.size() + x] > scores[best * out.size() + x]) best = c;
        }
        CHECK_EQUAL(static_cast<std::size_t>(out[x]), best);
        CHECK(unsure[x] >= 0 && unsure[x] <= 1);
      }
      scores[random() % scores.size()] = std::numeric_limits<float>::quiet_NaN();
      bool refused = false;
      try {
        me::cpu::argmax(view, options, me::Element::u8, out.data(), nullptr, {2});
      } catch (const me::Error&) {
        refused = true;
      }
      CHECK(refused);
    }
  }
  me::force_level("auto");
}

ME_TEST(patches_between_maps) {
  std::mt19937 random(9);
  for (int round = 0; round < 200; round++) {
    const std::int64_t height = random() % 12;
    const std::int64_t width = random() % 150;
    Labels maps[2];
    for (Labels& map : maps) map.resize(static_cast<std::size_t>(height * width));
    for (std::size_t i = 0; i < maps[0].size(); i++) {
      maps[0][i] = static_cast<std::uint8_t>(random() % 3);
      maps[1][i] = random() % 4 == 0 ? static_cast<std::uint8_t>(random() % 3) : maps[0][i];
    }
    const me::cpu::Changes changes = me::cpu::changes_between(
        view_of(maps[0], height, width, false), view_of(maps[1], height, width, false));
    Labels made = maps[0];
    for (const me::cpu::Change& change : changes) {
      for (std::int32_t x = change.begin; x < change.end; x++) {
        std::uint8_t& pixel = made[static_cast<std::size_t>(change.y * width + x)];
        CHECK(pixel == change.before);
        pixel = static_cast<std::uint8_t>(change.after);
      }
    }
    CHECK(made == maps[1]);
    const me::cpu::Patch patch = me::cpu::make_patch(changes, {height, width}, me::Element::u8);
    std::vector<std::uint32_t> numbers(maps[0].size());
    me::cpu::paint_pairs(patch, {0, 0, width, height}, numbers.data());
    for (std::size_t i = 0; i < numbers.size(); i++) {
      CHECK((numbers[i] != 0) == (maps[0][i] != maps[1][i]));
      if (numbers[i] == 0) continue;
      CHECK((*patch.pairs)[numbers[i] - 1].after == maps[1][i]);
    }
  }
}

// Reference 5 (category 0, 6 pixels), 6 (category 1, a crowd of 4), void 0; prediction 1 to 3.
ME_TEST(segments_that_match) {
  const std::int64_t labels[] = {0, 2, 5, 1, 5, 3, 6, 3, 6, 2};
  const std::int64_t pixels[] = {3, 5, 1, 3, 1};
  const std::int64_t bands[] = {0, 3, 0, 4, 4, 2, 1, 1, 1, 3, 3, 3, 1, 1, 1};
  const std::int64_t ids[] = {5, 6};
  const std::int64_t of_ids[] = {0, 1};
  const bool crowd[] = {false, true};
  const std::int64_t theirs[] = {1, 2, 3};
  const std::int64_t of_theirs[] = {0, 0, 1};
  me::cpu::SharedPixels shared{labels, pixels, nullptr, 5};
  const me::cpu::SegmentList reference{ids, of_ids, crowd, 2};
  const me::cpu::SegmentList prediction{theirs, of_theirs, nullptr, 3};
  const auto run = [&](std::int64_t void_label, std::int64_t n) {
    return me::cpu::match_segments(shared, reference, {theirs, of_theirs, nullptr, n}, void_label,
                                   2);
  };
  const me::cpu::SegmentMatches found = run(0, 3);
  CHECK(found.tp[0] == 1 && found.tp[1] == 0);  // 5 and 1: 5 / 6; 2 is forgiven: 3 of 4 on void
  CHECK(found.fp[0] == 0 && found.fp[1] == 0);  // 3 of 4 pixels of segment 3 lie on the crowd
  CHECK(found.fn[0] == 0 && found.fn[1] == 0);
  const std::int64_t low = std::int64_t{1} << me::cpu::iou_low_bits;
  const double units = double(found.iou_units[0] * low + found.iou_units[1]);
  CHECK(units / double(std::int64_t{1} << 53) == 5.0 / 6.0);

  shared.bands = bands;  // bands of 5 and 1: 2 / (5 + 4 - 2), so they match no more
  const me::cpu::SegmentMatches narrow = run(0, 3);
  CHECK(narrow.tp[0] == 0 && narrow.fp[0] == 1 && narrow.fn[0] == 1);

  CHECK(run(9, 3).strange_reference == 0);
  CHECK(run(0, 2).strange_prediction == 2);
  shared.rows = 2;
  CHECK(me::cpu::match_segments(shared, reference, prediction, 0, 2).without_pixels == 2);
}

}  // namespace
