// Operations that start threads: the same answer on one thread and on several, at every CPU level.
// Run under the thread sanitizer, this is where a race would show.
#include <random>

#include "base/dispatch.h"
#include "check.h"
#include "drawn.h"
#include "ops/area/area.h"
#include "ops/decode/decode.h"
#include "ops/encode/encode.h"
#include "ops/polygonize/polygonize.h"
#include "ops/rasterize/rasterize.h"

namespace {

constexpr std::int64_t height = 301;
constexpr std::int64_t width = 517;

bool same(const me::Runs& a, const me::Runs& b) {
  return drawn::values(a.counts) == drawn::values(b.counts) &&
         std::equal(a.offsets.begin(), a.offsets.end(), b.offsets.begin(), b.offsets.end()) &&
         std::equal(a.sizes.begin(), a.sizes.end(), b.sizes.begin(), b.sizes.end());
}

template <class T>
bool equal(const me::Buffer<T>& a, const me::Buffer<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

// Calls test() at every level that runs here.
template <class Test>
void at_all_levels(Test test) {
  for (const me::Level level : me::available_levels()) {
    me::force_level(me::level_name(level));
    test();
  }
  me::force_level("auto");
}

std::vector<char> noisy_stack(std::int64_t n) {
  std::mt19937 random(3);
  std::vector<char> pixels(static_cast<std::size_t>(n * height * width));
  for (char& pixel : pixels) pixel = random() % 16 == 0 ? 0 : 2;
  return pixels;
}

me::MaskView view_of(const std::vector<char>& pixels, std::int64_t n) {
  return {pixels.data(), me::Element::u8, n, height, width, height * width, width, 1};
}

}  // namespace

ME_TEST(encode_and_decode_on_threads) {
  constexpr std::int64_t n = 12;
  const std::vector<char> pixels = noisy_stack(n);
  me::force_level("scalar");
  const me::Runs alone = me::cpu::encode(view_of(pixels, n), {}, me::Exec{1});
  at_all_levels([&] {
    CHECK(same(me::cpu::encode(view_of(pixels, n), {}, me::Exec{4}), alone));
    std::vector<char> decoded(pixels.size(), 9);
    const me::MutableMaskView out{decoded.data(), me::Element::u8, n,     height,
                                  width,          height * width,  width, 1};
    me::cpu::decode(alone.view(), out, 2, false, me::Exec{4});
    CHECK(decoded == pixels);
  });
}

ME_TEST(encode_one_large_image_on_threads) {
  constexpr std::int64_t n = 12;  // one image of n * height rows
  const std::vector<char> pixels = noisy_stack(n);
  const me::MaskView image{pixels.data(), me::Element::u8,    1,     n * height,
                           width,         n * height * width, width, 1};
  me::force_level("scalar");
  const me::Runs alone = me::cpu::encode(image, {}, me::Exec{1});
  at_all_levels([&] { CHECK(same(me::cpu::encode(image, {}, me::Exec{4}), alone)); });
}

ME_TEST(rasterize_on_threads) {
  std::mt19937 random(5);
  me::Polygons polygons;
  for (int i = 0; i < 400; i++) {
    for (int vertex = 0; vertex < 12; vertex++) {
      polygons.coords.push_back(double(random() % 6000) / 10 - 40);
      polygons.coords.push_back(double(random() % 4000) / 10 - 40);
    }
    polygons.end_ring();
    polygons.end_polygon();
    polygons.end_item();
  }
  const std::int64_t size[] = {height, width};
  for (const me::PixelRule rule : {me::PixelRule::exact, me::PixelRule::coco}) {
    const auto run = [&](int threads) {
      return me::cpu::rasterize(polygons.view(), size, true, rule, me::FillRule::even_odd,
                                me::Exec{threads});
    };
    const me::Runs alone = run(1);
    CHECK_EQUAL(alone.n(), 400);
    at_all_levels([&] { CHECK(same(run(4), alone)); });
  }
}

ME_TEST(polygonize_on_threads) {
  constexpr std::int64_t n = 12;
  const me::Runs runs = me::cpu::encode(view_of(noisy_stack(n), n), {}, me::Exec{1});
  for (const me::Holes holes : {me::Holes::rings, me::Holes::bridge}) {
    const auto run = [&](int threads) {
      return me::cpu::polygonize(runs.view(), me::Connectivity::eight, holes, me::Vertices::corners,
                                 me::Exec{threads});
    };
    const me::Polygons alone = run(1);
    const me::Polygons together = run(4);
    CHECK_EQUAL(alone.n(), n);
    CHECK(equal(alone.coords, together.coords));
    CHECK(equal(alone.ring_offsets, together.ring_offsets));
    CHECK(equal(alone.polygon_offsets, together.polygon_offsets));
    CHECK(equal(alone.item_offsets, together.item_offsets));
  }
}

ME_TEST(area_on_threads) {
  const me::Runs runs = drawn::noise(200000, 2);
  std::vector<std::int64_t> alone(200000);
  std::vector<std::int64_t> together(200000, -1);
  me::cpu::area(runs.view(), alone.data(), me::Exec{1});
  me::cpu::area(runs.view(), together.data(), me::Exec{4});
  CHECK(alone == together);
}
