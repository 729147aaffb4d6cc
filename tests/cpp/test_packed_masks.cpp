// IoU of masks that are bits, what moves and paints them on several threads, and encode of a large
// image of few changes on several threads, against loops over the pixels.
#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "../fuzz/levels.h"
#include "base/error.h"
#include "check.h"
#include "ops/bbox/bbox.h"
#include "ops/compose/compose.h"
#include "ops/encode/encode.h"
#include "ops/iou/iou.h"
#include "ops/rot90/rot90.h"
#include "ops/tile/tile.h"
#include "ops/warp/warp.h"
#include "runs/packed_masks.h"

namespace {

constexpr me::Exec one{1};
using Pixels = std::vector<std::uint8_t>;  // row by row

me::Runs slow_encode(const Pixels& pixels, me::Size size) {
  me::Runs runs;
  std::uint32_t count = 0;
  std::uint8_t value = 0;
  for (std::int64_t x = 0; x < size.width; x++) {
    for (std::int64_t y = 0; y < size.height; y++, count++) {
      if (pixels[static_cast<std::size_t>(y * size.width + x)] == value) continue;
      runs.counts.push_back(count);
      count = 0;
      value = !value;
    }
  }
  runs.counts.push_back(count);
  runs.end_item(size);
  return runs;
}

bool same(const me::Runs& a, const me::Runs& b) {
  return std::equal(a.counts.begin(), a.counts.end(), b.counts.begin(), b.counts.end());
}

double slow_iou(const Pixels& a, const Pixels& b, bool crowd) {
  double shared = 0, either = 0;
  for (std::size_t k = 0; k < a.size(); k++) {
    shared += a[k] & b[k];
    either += crowd ? a[k] : a[k] | b[k];
  }
  return shared == 0 ? 0.0 : shared / either;
}

}  // namespace

ME_TEST(iou_of_bits) {
  std::mt19937 random(5);
  const me::Size size{67, 45};
  std::vector<Pixels> masks(4, Pixels(static_cast<std::size_t>(size.area())));
  me::Runs runs;
  for (std::size_t i = 0; i < masks.size(); i++) {
    for (std::uint8_t& pixel : masks[i]) pixel = i != 2 && random() % 3 == 0 ? 1 : 0;
    me::append(runs, slow_encode(masks[i], size));
  }
  const me::Runs first = slow_encode(masks[0], size);
  const me::Runs small = slow_encode(Pixels(12), {3, 4});
  const std::uint8_t crowd[] = {0, 1, 0, 1};
  fuzz::at_every_level([&] {
    const me::PackedMasks bits = me::pack(runs.view(), one);
    const me::PackedMasks single = me::pack(first.view(), one);
    double matrix[16], pairs[4];
    me::cpu::iou_matrix(bits.view(), bits.view(), crowd, matrix, one);
    me::cpu::iou_pairs(single.view(), bits.view(), nullptr, pairs, one);
    for (std::size_t i = 0; i < 4; i++) {
      CHECK_EQUAL(pairs[i], slow_iou(masks[0], masks[i], false));
      for (std::size_t j = 0; j < 4; j++) {
        CHECK_EQUAL(matrix[4 * i + j], slow_iou(masks[i], masks[j], crowd[j] != 0));
      }
    }
  });
  const me::PackedMasks bits = me::pack(first.view(), one), other = me::pack(small.view(), one);
  std::string said;
  try {
    double out[1];
    me::cpu::iou_matrix(bits.view(), other.view(), nullptr, out, one);
  } catch (const me::Error& error) {
    said = error.what();
  }
  CHECK_EQUAL(said, std::string("expected the size (67, 45) of a[0], got (3, 4)"));
  CHECK(!me::packs_well(runs.view()));  // too small to be worth it
}

namespace {

// Pixel (y, x) of a mask of another size is the one at place(y, x) of `mask`.
template <class Place>
me::Runs moved(const Pixels& mask, me::Size size, Place place) {
  Pixels out;
  for (std::int64_t y = 0; y < size.height; y++) {
    for (std::int64_t x = 0; x < size.width; x++) {
      out.push_back(mask[static_cast<std::size_t>(place(y, x))]);
    }
  }
  return slow_encode(out, size);
}

}  // namespace

ME_TEST(bits_are_moved_and_painted_by_threads) {
  constexpr std::int64_t h = 615, w = 707;
  constexpr me::Size size{h, w};
  std::mt19937 random(7);
  Pixels mask(static_cast<std::size_t>(size.area()));
  for (std::uint8_t& pixel : mask) pixel = random() % 2;
  const me::Runs runs = slow_encode(mask, size);
  const me::Runs turned = moved(mask, {w, h}, [](auto y, auto x) { return x * w + w - 1 - y; });
  const me::Runs half = moved(mask, size, [](auto y, auto x) { return (h - y) * w - 1 - x; });
  const me::Runs tiled =
      moved(mask, {2 * h, 3 * w}, [](auto y, auto x) { return y % h * w + x % w; });
  const me::Runs quarter =
      moved(mask, {h / 2, w / 2}, [](auto y, auto x) { return (2 * y + 1) * w + 2 * x + 1; });
  const double doubled[9] = {2, 0, 0, 0, 2, 0, 0, 0, 1};
  const std::int64_t halved[2] = {h / 2, w / 2}, order[1] = {0};
  const std::uint64_t label[1] = {77};
  fuzz::at_every_level([&] {
    const me::PackedMasks bits = me::pack(runs.view(), one);
    const auto gives = [](const me::PackedMasks& result, const me::Runs& wanted) {
      return same(me::unpack(result.view(), one), wanted);
    };
    for (const int threads : {1, 4}) {
      const me::Exec exec{threads};
      CHECK(gives(me::cpu::rot90(bits.view(), 1, exec), turned));
      CHECK(gives(me::cpu::rot90(bits.view(), 2, exec), half));
      CHECK(gives(*me::cpu::tile(bits.view(), 2, 3, exec), tiled));
      CHECK(gives(
          *me::cpu::warp(bits.view(), {doubled, false, halved, false, me::cpu::Whole::edges}, exec),
          quarter));
      Pixels map(mask.size(), 5);
      const me::MutableMaskView out{
          reinterpret_cast<char*>(map.data()), me::Element::u8, 1, h, w, 0, w, 1};
      CHECK(me::cpu::compose(bits.view(), label, order, out, exec));
      bool right = true;
      for (std::size_t p = 0; p < map.size(); p++) right = right && map[p] == 77 * mask[p];
      CHECK(right);
      std::int64_t box[4];
      me::cpu::bbox(bits.view(), false, box, exec);
      CHECK(box[0] == 0 && box[1] == 0 && box[2] == w && box[3] == h);
    }
  });
}

ME_TEST(a_large_image_of_few_changes_is_encoded_by_threads) {
  const me::Size size{2003, 2041};
  Pixels pixels(static_cast<std::size_t>(size.area()));
  std::mt19937 random(6);
  for (int k = 0; k < 40; k++) {
    const std::int64_t top = random() % 1900, left = random() % 1900;
    const std::int64_t bottom = std::min<std::int64_t>(top + random() % 300, size.height);
    const std::int64_t right = std::min<std::int64_t>(left + random() % 300, size.width);
    for (std::int64_t y = top; y < bottom; y++) {
      for (std::int64_t x = left; x < right; x++) {
        pixels[static_cast<std::size_t>(y * size.width + x)] ^= 1;
      }
    }
  }
  const me::Runs wanted = slow_encode(pixels, size);
  const me::MaskView view{reinterpret_cast<const char*>(pixels.data()),
                          me::Element::u8,
                          1,
                          size.height,
                          size.width,
                          0,
                          size.width,
                          1};
  fuzz::at_every_level([&] {
    for (const int threads : {1, 2, 4}) {
      CHECK(same(me::cpu::encode(view, {}, me::Exec{threads}), wanted));
    }
  });
}
