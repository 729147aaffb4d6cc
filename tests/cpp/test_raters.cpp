// What several maps of one frame are compared with: assign and edge_offset.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "base/dispatch.h"
#include "base/error.h"
#include "check.h"
#include "ops/edge_offset/edge_offset.h"
#include "ops/joint/assign.h"
#include "ops/joint/joint.h"

namespace {

template <class T>
me::MaskView view_of(const std::vector<T>& pixels, me::Element element, std::int64_t height,
                     std::int64_t width) {
  const std::int64_t bytes = sizeof(T);
  return {reinterpret_cast<const char*>(pixels.data()),
          element,
          1,
          height,
          width,
          height * width * bytes,
          width * bytes,
          bytes};
}

me::MutableMaskView floats_of(std::vector<float>& pixels, std::int64_t height, std::int64_t width) {
  const me::MaskView view = view_of(pixels, me::Element::f32, height, width);
  return {reinterpret_cast<char*>(pixels.data()),
          me::Element::f32,
          1,
          height,
          width,
          view.item_stride,
          view.row_stride,
          view.column_stride};
}

constexpr std::int64_t height = 203;
constexpr std::int64_t width = 331;

template <class T>
std::vector<T> patches(unsigned seed) {
  std::mt19937 random(seed);
  std::vector<T> out(height * width);
  T value = 0;
  for (T& pixel : out) {
    if (random() % 9 == 0) value = static_cast<T>(random() % 5);
    pixel = value;
  }
  return out;
}

}  // namespace

ME_TEST(assign_writes_the_value_of_each_combination) {
  const auto a = patches<std::uint8_t>(1);
  const auto b = patches<std::uint16_t>(2);
  const auto c = patches<std::uint64_t>(3);  // together wider than one key
  const me::MaskView maps[] = {view_of(a, me::Element::u8, height, width),
                               view_of(b, me::Element::u16, height, width),
                               view_of(c, me::Element::u64, height, width)};
  for (const std::int64_t k : {1, 2, 3}) {
    for (const me::Level level : me::available_levels()) {
      me::force_level(me::level_name(level));
      for (const int threads : {1, 3}) {
        const me::cpu::JointCounts found = me::cpu::joint(maps, k, {threads});
        std::vector<float> values;
        for (std::int64_t i = 0; i < found.pixels.size(); i++) {
          float value = 0;
          for (std::int64_t m = 0; m < k; m++) value = 10 * value + float(found.labels[i * k + m]);
          values.push_back(value);
        }
        std::vector<float> out(a.size(), -1);
        const me::cpu::JointTable table{
            found.labels.data(), reinterpret_cast<const char*>(values.data()), found.pixels.size()};
        me::cpu::assign(maps, k, table, floats_of(out, height, width), {threads});
        for (std::size_t i = 0; i < a.size(); i++) {
          float wanted = float(a[i]);
          if (k > 1) wanted = 10 * wanted + float(b[i]);
          if (k > 2) wanted = 10 * wanted + float(c[i]);
          CHECK_EQUAL(out[i], wanted);
        }
      }
    }
  }
  me::force_level("auto");
}

ME_TEST(assign_refuses_a_combination_that_is_not_listed) {
  const std::vector<std::uint8_t> a{1, 1, 2};
  const std::vector<std::uint8_t> b{7, 7, 9};
  const me::MaskView maps[] = {view_of(a, me::Element::u8, 1, 3),
                               view_of(b, me::Element::u8, 1, 3)};
  const std::int64_t labels[] = {1, 7, 2, 300};
  const float values[] = {1, 2};
  std::vector<float> out(3);
  const me::cpu::JointTable table{labels, reinterpret_cast<const char*>(values), 2};
  CHECK_THROWS(me::Error, me::cpu::assign(maps, 2, table, floats_of(out, 1, 3), {1}), {
    CHECK_EQUAL(caught.parameter, std::string("maps"));
    CHECK_EQUAL(std::string(caught.what()), "expected combinations of the table, got 2, 9");
  });
}

ME_TEST(edge_offset_of_an_edge_that_moved) {
  const std::vector<std::int16_t> a{-3, -3, -3, 4, 4, 4, -3, -3, -3, 4, 4, 4};
  const std::vector<std::int16_t> b{-3, -3, -3, -3, -3, 4, -3, 4, 4, 4, 4, 4};
  const auto found =
      me::cpu::edge_offset(view_of(a, me::Element::i16, 2, 6), view_of(b, me::Element::i16, 2, 6),
                           5, me::cpu::Metric::cityblock, {1});
  CHECK_EQUAL(found.a.size(), 1);
  CHECK_EQUAL(static_cast<std::int16_t>(found.a[0]), -3);
  CHECK_EQUAL(found.b[0], 4u);
  CHECK_EQUAL(found.edges[0], 2);
  // above, the nearest 4 of pixel 2 lies below, and that of pixel 3 too: 0.5 and 0.5;
  // below, the nearest -3 of both lies above: -0.5 and -0.5
  CHECK_EQUAL(found.sum[0], 0);
  CHECK_EQUAL(found.squares[0], 2 * 1024 * 1024);
}

ME_TEST(edge_offset_is_the_same_for_any_number_of_threads) {
  const auto a = patches<std::uint32_t>(4);
  const auto b = patches<std::uint32_t>(5);
  const me::MaskView first = view_of(a, me::Element::u32, height, width);
  const me::MaskView second = view_of(b, me::Element::u32, height, width);
  const auto wanted = me::cpu::edge_offset(first, second, 64, me::cpu::Metric::euclidean, {1});
  for (const int threads : {2, 5}) {
    const auto found =
        me::cpu::edge_offset(first, second, 64, me::cpu::Metric::euclidean, {threads});
    CHECK(std::equal(found.sum.begin(), found.sum.end(), wanted.sum.begin(), wanted.sum.end()));
    CHECK(std::equal(found.squares.begin(), found.squares.end(), wanted.squares.begin(),
                     wanted.squares.end()));
    CHECK(std::equal(found.a.begin(), found.a.end(), wanted.a.begin(), wanted.a.end()));
  }
}
