// IoU of masks that are bits, and encode of a large image of few changes on several threads,
// against loops over the pixels.
#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "../fuzz/levels.h"
#include "base/error.h"
#include "check.h"
#include "ops/encode/encode.h"
#include "ops/iou/iou.h"
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
