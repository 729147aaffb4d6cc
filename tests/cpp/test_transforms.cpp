// Crops, pads, sizes, turns and tiles: drawn masks, a box for each mask, and what is refused.
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "check.h"
#include "drawn.h"
#include "ops/crop/crop.h"
#include "ops/hu_moments/hu_moments.h"
#include "ops/moments/moments.h"
#include "ops/pad/pad.h"
#include "ops/resize/resize.h"
#include "ops/rot90/rot90.h"
#include "ops/tile/tile.h"
#include "runs/groups.h"

namespace {

constexpr me::Exec one{1};

// Rows of '#' and '.', one text for each mask.
me::Runs masks_of(const std::vector<std::vector<std::string>>& texts) {
  me::Runs runs;
  for (const std::vector<std::string>& rows : texts) {
    const std::size_t width = rows.empty() ? 0 : rows[0].size();
    std::uint32_t count = 0;
    char value = '.';
    for (std::size_t x = 0; x < width; x++) {
      for (const std::string& row : rows) {
        if (row[x] != value) {
          runs.counts.push_back(count);
          count = 0;
          value = row[x];
        }
        count++;
      }
    }
    runs.counts.push_back(count);
    const auto height = static_cast<std::int64_t>(rows.size());
    runs.end_item({height, static_cast<std::int64_t>(width)});
  }
  return runs;
}

std::vector<std::string> text_of(const me::RunList& mask) {
  std::vector<std::string> rows(static_cast<std::size_t>(mask.size.height));
  std::int64_t at = 0;
  for (std::int64_t k = 0; k < mask.n; k++) {
    for (std::uint32_t i = mask.counts[k]; i > 0; i--, at++) {
      rows[static_cast<std::size_t>(at % mask.size.height)] += k % 2 == 0 ? '.' : '#';
    }
  }
  return rows;
}

using Text = std::vector<std::string>;
const Text corner{"##..", "#...", "...#"};
const Text bar{".#", "##"};

// Why a call is refused; "" where it is not.
template <class Call>
std::string refusal(Call call, std::int64_t item = -1) {
  try {
    call();
    return "";
  } catch (const me::Error& error) {
    CHECK_EQUAL(error.index, item);
    return error.parameter + ": " + error.what();
  }
}

}  // namespace

ME_TEST(crops_of_each_mask) {
  const me::Runs masks = masks_of({corner, bar});
  const std::int64_t boxes[] = {1, 0, 4, 3, -1, -1, 2, 1};
  const me::Runs each = me::cpu::crop(masks.view(), boxes, true, one);
  CHECK((text_of(each.view()[0]) == Text{"#..", "...", "..#"}));
  CHECK((text_of(each.view()[1]) == Text{"...", "..#"}));
  const me::Runs all = me::cpu::crop(masks.view(), boxes + 4, false, one);
  CHECK((text_of(all.view()[0]) == Text{"...", ".##"}));
  const auto crop = [&](std::vector<std::int64_t> box, bool many) {
    return [&masks, box, many] { me::cpu::crop(masks.view(), box.data(), many, one); };
  };
  CHECK_EQUAL(refusal(crop({3, 0, 2, 1}, false)),
              std::string("box: expected left <= right and top <= bottom, got (3, 0, 2, 1)"));
  CHECK_EQUAL(refusal(crop({0, 0, 1, 1, 0, 5, 1, 1}, true), 1),
              std::string("box: expected left <= right and top <= bottom, got (0, 5, 1, 1)"));
  CHECK_EQUAL(refusal(crop({0, 0, 1, std::int64_t{1} << 31}, false)),
              std::string("box: expected sides of at most 2147483647 pixels, got 1 x 2147483648"));
  CHECK_EQUAL(refusal(crop({INT64_MIN, 0, INT64_MAX, 1}, false)),
              std::string("box: expected sides of at most 2147483647 pixels, got "
                          "18446744073709551615 x 1"));
}

ME_TEST(pads_of_each_mask) {
  const me::Runs masks = masks_of({bar, bar});
  const std::int64_t widths[] = {1, 0, 0, 2, 0, 1, 1, 0};
  const me::Runs each = me::cpu::pad(masks.view(), widths, true, one);
  CHECK((text_of(each.view()[0]) == Text{"....", ".#..", "##.."}));
  CHECK((text_of(each.view()[1]) == Text{"..#", ".##", "..."}));
  const auto pad = [&](std::vector<std::int64_t> sides, bool many) {
    return [&masks, sides, many] { me::cpu::pad(masks.view(), sides.data(), many, one); };
  };
  const std::string name = "top, bottom, left, right: expected ";
  const std::string more = name + "a result with sides of at most 2147483647 pixels, got more";
  CHECK_EQUAL(refusal(pad({0, -3, 0, 0}, false)), name + "widths of at least 0, got -3");
  CHECK_EQUAL(refusal(pad({0, 0, 0, 0, 0, 0, -1, 0}, true), 1),
              name + "widths of at least 0, got -1");
  CHECK_EQUAL(refusal(pad({INT64_MAX, 0, 0, 0}, false)), more);
  CHECK_EQUAL(refusal(pad({0, 0, 0, INT64_MAX}, false)), more);
  CHECK_EQUAL(refusal(pad({0, 0, 1 << 30, 1 << 30}, false)), more);
}

ME_TEST(sizes_for_each_mask) {
  const me::Runs masks = masks_of({corner, bar});
  using me::cpu::Nearest;
  const std::int64_t sizes[] = {3, 2, 4, 4};
  const me::Runs each = me::cpu::resize(masks.view(), sizes, true, Nearest::centre, one);
  CHECK((text_of(each.view()[0]) == Text{"#.", "..", ".#"}));  // columns 1 and 3
  CHECK((text_of(each.view()[1]) == Text{"..##", "..##", "####", "####"}));
  const auto resize = [&](const me::Runs& of, std::vector<std::int64_t> to, bool many) {
    return [&of, to, many] { me::cpu::resize(of.view(), to.data(), many, Nearest::opencv, one); };
  };
  CHECK_EQUAL(refusal(resize(masks, {2, -1}, false)),
              std::string("size: expected (height, width) of at least 0, got (2, -1)"));
  CHECK_EQUAL(refusal(resize(masks, {1, 1, -2, 3}, true), 1),
              std::string("size: expected (height, width) of at least 0, got (-2, 3)"));
  const std::string limit = "size: expected sides of at most 2147483647 pixels, got ";
  CHECK_EQUAL(refusal(resize(masks, {std::int64_t{1} << 31, 1}, false)), limit + "(2147483648, 1)");
  CHECK_EQUAL(refusal(resize(masks, {1, std::int64_t{1} << 31}, false)), limit + "(1, 2147483648)");
  const me::Runs empty = masks_of({{}});
  CHECK_EQUAL(refusal(resize(empty, {2, 2}, false), 0),
              std::string("masks: expected a mask with pixels to fill a size with pixels"));
  CHECK_EQUAL(refusal(resize(empty, {0, 7}, false)), std::string());
}

ME_TEST(quarter_turns) {
  const me::Runs masks = masks_of({corner});
  const Text wanted[] = {
      corner, {"..#", "...", "#..", "##."}, {"#...", "...#", "..##"}, {".##", "..#", "...", "#.."}};
  for (int k = 0; k < 4; k++) {
    CHECK(text_of(me::cpu::rot90(masks.view(), k, one).view()[0]) == wanted[k]);
  }
  me::Runs split;  // the same with runs of length zero
  drawn::add(split, {0, 1, 0, 1, 1, 1, 0, 0, 7, 1}, {3, 4});
  CHECK((text_of(split.view()[0]) == Text{"##..", "#...", "...#"}));
  CHECK(text_of(me::cpu::rot90(split.view(), 0, one).view()[0]) == corner);
  CHECK_EQUAL(me::cpu::rot90(split.view(), 0, one).counts.size(), 6);
}

ME_TEST(tiles_and_stacks_of_masks) {
  const me::Runs masks = masks_of({bar});
  const me::Runs tiled = me::cpu::tile(masks.view(), 2, 3, one);
  CHECK((text_of(tiled.view()[0]) == Text{".#.#.#", "######", ".#.#.#", "######"}));
  CHECK_EQUAL(refusal([&] { me::cpu::tile(masks.view(), -1, 2, one); }),
              std::string("rows, columns: expected numbers of at least 0"));
  CHECK(!refusal([&] { me::cpu::tile(masks.view(), 1, -2, one); }).empty());
  CHECK(refusal([&] { me::cpu::tile(masks.view(), std::int64_t{1} << 31, 1, one); }, 0)
            .find("sides of at most 2147483647 pixels, got 4294967296") != std::string::npos);
  const std::int64_t before = me::limit_of(me::Limit::mask_runs);
  me::set_limit(me::Limit::mask_runs, 1000);
  const me::Runs wide = masks_of({{"#", "."}});
  CHECK_THROWS(me::LimitError, me::cpu::tile(wide.view(), 1, 1000, one),
               { CHECK_EQUAL(std::string(caught.name), "mask_runs"); });
  me::set_limit(me::Limit::mask_runs, before);

  using me::cpu::Side;
  const me::Runs other = masks_of({{"#.", "##", ".."}, {"..", "..", ".#"}});
  const me::Runs below = me::cpu::stack({masks.view(), other.view()}, 2, Side::below, one);
  CHECK((text_of(below.view()[0]) == Text{".#", "##", "#.", "##", ".."}));
  CHECK((text_of(below.view()[1]) == Text{".#", "##", "..", "..", ".#"}));
  CHECK_EQUAL(
      refusal([&] { me::cpu::stack({masks.view(), other.view()}, 2, Side::beside, one); }, 1),
      std::string("masks: expected the height of masks[0], 2, got 3 in item 0"));
  const me::Runs wider = masks_of({corner});
  CHECK_EQUAL(
      refusal([&] { me::cpu::stack({masks.view(), wider.view()}, 1, Side::below, one); }, 1),
      std::string("masks: expected the width of masks[0], 2, got 4"));
}

ME_TEST(moments_of_boxes_of_any_size) {
  // A box of w x h pixels from (x, y) on: sums of powers in closed form, as they stand in any text.
  const std::int64_t sides[][4] = {
      {5, 7, 3, 4}, {60000, 50000, 100, 9000}, {60000, 50000, 100, 60000}, {4000000000, 8, 9, 3}};
  for (const auto& [w, h, x, y] : sides) {
    const me::Size size{y + h, x + w};
    me::Runs runs;
    if (size.area() > UINT32_MAX && h < 100) {  // one column at the far right, all rows
      std::int64_t left = size.area() - h;
      for (; left > UINT32_MAX; left -= UINT32_MAX) {
        runs.counts.push_back(UINT32_MAX);
        runs.counts.push_back(0);
      }
      runs.counts.push_back(static_cast<std::uint32_t>(left));
      runs.counts.push_back(static_cast<std::uint32_t>(h));
      runs.end_item(size);
      double m[me::cpu::moment_count];
      me::cpu::moments(runs.view(), m, one);
      const auto far = static_cast<double>(size.width - 1);
      CHECK_EQUAL(m[0], double(h));
      CHECK(std::abs(m[1] / (double(h) * far) - 1) < 1e-12);
      CHECK(std::abs(m[3] / (double(h) * far * far) - 1) < 1e-12);
      continue;
    }
    runs.counts.push_back(static_cast<std::uint32_t>(x * size.height + y));
    for (std::int64_t k = 0; k < w; k++) {
      runs.counts.push_back(static_cast<std::uint32_t>(h));
      if (k + 1 < w) runs.counts.push_back(static_cast<std::uint32_t>(y));
    }
    runs.end_item(size);
    double m[me::cpu::moment_count];
    me::cpu::moments(runs.view(), m, one);
    const double area = double(w) * double(h);
    const double cx = double(x) + double(w - 1) / 2, cy = double(y) + double(h - 1) / 2;
    const double vx = area * (double(w) * double(w) - 1) / 12;
    const double vy = area * (double(h) * double(h) - 1) / 12;
    const auto near = [](double a, double b) { return std::abs(a - b) <= 1e-9 * std::abs(b); };
    CHECK(m[0] == area && near(m[1], area * cx) && near(m[2], area * cy));
    CHECK(near(m[10], vx) && near(m[12], vy) && near(m[17], vx / area / area));
    const double least = 1e-9 * area * std::max(cx, cy) * std::max(cx, cy);
    CHECK(std::abs(m[11]) <= least && std::abs(m[13]) <= least * cx);
    double hu[me::cpu::hu_count];
    me::cpu::hu_moments(m + 17, 0, 1, hu);  // of a box: the second moments alone
    CHECK(near(hu[0], (vx + vy) / area / area));
    CHECK(near(hu[1], (vx - vy) * (vx - vy) / std::pow(area, 4)));
  }
}

ME_TEST(hu_moments_as_hu_wrote_them) {
  // M. K. Hu, "Visual pattern recognition by moment invariants", 1962, with these numbers put in
  const double nu[] = {0.5, 0.25, 0.125, 1, 2, 3, 4};  // 20 11 02 30 21 12 03
  double hu[7];
  me::cpu::hu_moments(nu, 7, 1, hu);
  const double p = 1 + 3, q = 2 + 4, r = 1 - 9, s = 6 - 4;
  const double wanted[] = {0.625,
                           0.375 * 0.375 + 4 * 0.0625,
                           r * r + s * s,
                           p * p + q * q,
                           r * p * (p * p - 3 * q * q) + s * q * (3 * p * p - q * q),
                           0.375 * (p * p - q * q) + 4 * 0.25 * p * q,
                           s * p * (p * p - 3 * q * q) - r * q * (3 * p * p - q * q)};
  for (int k = 0; k < 7; k++) CHECK_EQUAL(hu[k], wanted[k]);
}

ME_TEST(groups_that_are_none) {
  const me::Runs masks = masks_of({bar, bar, corner});
  const auto groups = [&](std::vector<std::int64_t> of, std::int64_t n,
                          std::optional<me::Size> size) {
    return [&masks, of, n, size] {
      me::groups_of(masks.view(), of.empty() ? nullptr : of.data(), n, size);
    };
  };
  CHECK_EQUAL(refusal(groups({0, 0, 1}, 2, {})), std::string());
  CHECK_EQUAL(refusal(groups({0, 2, 1}, 2, {}), 1),
              std::string("groups: expected group numbers in [0, 2), got 2"));
  CHECK_EQUAL(refusal(groups({0, 0, -1}, 2, {}), 2),
              std::string("groups: expected group numbers in [0, 2), got -1"));
  CHECK_EQUAL(refusal(groups({0, 0, 1}, 3, {})),
              std::string("size: expected the size of the result of group 2, which has no masks, "
                          "got none"));
  CHECK_EQUAL(refusal(groups({}, 1, {}), 2),
              std::string("masks: expected the size (2, 2) of masks[0], got (3, 4)"));
  CHECK_EQUAL(refusal(groups({}, 1, me::Size{3, 4}), 0),
              std::string("masks: expected the size (3, 4) of size=, got (2, 2)"));
  CHECK_EQUAL(refusal(groups({1, 1, 0}, 2, {})), std::string());
}
