// encode and decode of arrays of any type and strides, above any threshold, against a loop over the
// pixels; and the thresholds that the GPU kernels use.
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "../fuzz/input.h"
#include "../fuzz/levels.h"
#include "base/error.h"
#include "base/values.h"
#include "check.h"
#include "halves.h"
#include "ops/decode/decode.h"
#include "ops/encode/above.h"
#include "ops/encode/encode.h"

namespace {

using fuzz::Grid;

constexpr me::Element elements[] = {
    me::Element::u8,  me::Element::u16, me::Element::u32, me::Element::u64, me::Element::i8,
    me::Element::i16, me::Element::i32, me::Element::i64, me::Element::f32, me::Element::f64};

// A stack of arrays with rows or columns in one piece, apart, or with gaps between pixels.
struct Dense {
  std::vector<char> memory;
  me::MutableMaskView out{};

  Dense(me::Element element, std::int64_t n, me::Size size, int layout) {
    const std::int64_t bytes = me::element_bytes(element);
    const std::int64_t step = layout / 2 % 3 == 2 ? 2 * bytes : bytes;
    const std::int64_t gap = layout / 2 % 3 == 1 ? 3 * bytes : 0;
    const bool rows = layout % 2 == 0;
    const std::int64_t line = step * (rows ? size.width : size.height) + gap;
    const std::int64_t item = line * (rows ? size.height : size.width);
    memory.assign(static_cast<std::size_t>(n * item + 8), '\x7e');
    char* const data =
        memory.data() + (8 - reinterpret_cast<std::uintptr_t>(memory.data()) % 8) % 8;
    out = {data, element, n, size.height, size.width, item, rows ? line : step, rows ? step : line};
  }

  char* pixel(std::int64_t i, std::int64_t y, std::int64_t x) const {
    return out.data + i * out.item_stride + y * out.row_stride + x * out.column_stride;
  }
  me::MaskView view() const {
    return {out.data,  out.element,     out.n,          out.height,
            out.width, out.item_stride, out.row_stride, out.column_stride};
  }
};

// Values of this type at which thresholds go wrong, and a few between them.
template <class T>
std::vector<T> awkward() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values{T(0), T(1), T(2), T(100), Limits::lowest(), Limits::max()};
  if constexpr (std::is_floating_point<T>::value) {
    const T more[] = {T(0.1),
                      T(-0.1),
                      Limits::denorm_min(),
                      Limits::infinity(),
                      -Limits::infinity(),
                      Limits::quiet_NaN()};
    values.insert(values.end(), std::begin(more), std::end(more));
  } else {
    values.push_back(static_cast<T>(Limits::max() - 1));
    values.push_back(static_cast<T>(Limits::lowest() + 1));
    if (sizeof(T) == 8) values.push_back(static_cast<T>((std::uint64_t{1} << 53) + 1));
  }
  return values;
}

constexpr double thresholds[] = {
    0,   0.5,  1,     -1,           -0.5,   0.1,    -1e300, 1e300,   HUGE_VAL, -HUGE_VAL, 127,
    255, -128, 32767, 4294967295.0, 0x1p53, 0x1p63, 0x1p64, -0x1p63, 3.5e38,   -3.5e38};

// Draws pixels and says which are above the threshold, or not zero.
Grid draw(std::mt19937& random, const Dense& dense, std::int64_t item, const double* threshold) {
  Grid mask(dense.out.height, dense.out.width);
  const std::uint32_t run = 1 + random() % 30;
  me::with_element(dense.out.element, [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T> values = awkward<T>();
    T value = 0;
    for (std::int64_t x = 0; x < mask.width; x++) {
      for (std::int64_t y = 0; y < mask.height; y++) {
        if (random() % run == 0) value = values[random() % values.size()];
        std::memcpy(dense.pixel(item, y, x), &value, sizeof value);
        const bool above = threshold == nullptr ? value != 0
                                                : static_cast<long double>(value) >
                                                      static_cast<long double>(*threshold);
        mask.at(y, x) = above ? 1 : 0;
      }
    }
  });
  return mask;
}

me::Size any_size(std::mt19937& random) {
  const auto side = [&] {
    return static_cast<std::int64_t>(random() % (random() % 3 == 0 ? 150 : 12));
  };
  return {side(), side()};
}

}  // namespace

ME_TEST(encode_of_any_type_and_layout_above_any_threshold) {
  fuzz::at_every_level([&] {
    std::mt19937 random(11);
    for (std::uint32_t round = 0; round < 400; round++) {
      const me::Element element = elements[round % 10];
      const double* threshold = &thresholds[random() % std::size(thresholds)];
      if (element < me::Element::f32 && random() % 2 == 0) threshold = nullptr;
      const std::int64_t n = 1 + random() % 2;
      const Dense dense(element, n, any_size(random), static_cast<int>(random() % 6));
      me::Runs wanted;
      for (std::int64_t i = 0; i < n; i++) {
        fuzz::append_runs(draw(random, dense, i, threshold), wanted);
      }
      std::optional<double> limit;
      if (threshold != nullptr) limit = *threshold;
      CHECK(fuzz::same(me::cpu::encode(dense.view(), limit, {1 + int(random() % 2)}), wanted));
    }
  });
}

ME_TEST(encode_of_one_value_for_all_pixels) {
  for (const float value : {0.0f, 2.0f}) {
    const me::MaskView view{
        reinterpret_cast<const char*>(&value), me::Element::f32, 2, 70, 3, 0, 0, 0};
    const me::Runs ours = me::cpu::encode(view, 1.0, {1});
    me::Runs wanted;
    for (int i = 0; i < 2; i++) {
      if (value > 1) wanted.counts.push_back(0);
      wanted.counts.push_back(210);
      wanted.end_item({70, 3});
    }
    CHECK(fuzz::same(ours, wanted));
  }
}

ME_TEST(encode_of_long_rows_with_few_changes) {
  fuzz::at_every_level([&] {
    std::mt19937 random(12);
    for (const int rows : {1, 8, 21}) {
      const Dense dense(me::Element::u8, 1, {rows, 4200}, 0);
      std::memset(dense.out.data, 0, static_cast<std::size_t>(rows) * 4200);
      Grid mask(rows, 4200);
      for (int k = 0; k < 9; k++) {
        const std::int64_t y = random() % static_cast<std::uint32_t>(rows), x = random() % 4150;
        for (std::int64_t i = 0; i < 40; i++) {
          *dense.pixel(0, y, x + i) = 9;
          mask.at(y, x + i) = 1;
        }
      }
      for (const int threads : {1, 2}) {
        CHECK(fuzz::same(me::cpu::encode(dense.view(), {}, {threads}), fuzz::runs_of(mask)));
      }
    }
  });
}

ME_TEST(encode_refuses_floats_without_a_number_to_compare_with) {
  const Dense dense(me::Element::f32, 1, {2, 2}, 0);
  CHECK_THROWS(me::Error, me::cpu::encode(dense.view(), {}, {1}), {
    CHECK(caught.kind == me::ErrorKind::type);
    CHECK_EQUAL(caught.parameter, std::string("mask"));
  });
  CHECK_THROWS(me::Error, me::cpu::encode(dense.view(), std::nan(""), {1}), {
    CHECK(caught.kind == me::ErrorKind::argument);
    CHECK_EQUAL(caught.parameter, std::string("threshold"));
  });
}

ME_TEST(decode_into_any_layout) {
  fuzz::at_every_level([&] {
    std::mt19937 random(13);
    for (std::uint32_t round = 0; round < 400; round++) {
      const me::Element element = elements[round % 8];
      const me::Size size = any_size(random);
      const Dense dense(element, 2, size, static_cast<int>(random() % 6));
      const std::uint32_t run = 1 + random() % 90;
      Grid masks[2] = {Grid(size.height, size.width), Grid(size.height, size.width)};
      me::Runs runs;
      for (Grid& mask : masks) {
        std::uint64_t value = 0;
        for (std::int64_t k = 0; k < size.area(); k++) {
          if (random() % run == 0) value = random() % 2;
          mask.at(k % size.height, k / size.height) = value;
        }
        fuzz::append_runs(mask, runs, random() % 3 == 0 ? 5 : 0);
      }
      const std::uint64_t value = 0x1122334455667788u;
      const bool zero = random() % 2 == 0;
      Dense wanted = dense;
      wanted.out.data = wanted.memory.data() + (dense.out.data - dense.memory.data());
      const auto bytes = static_cast<std::size_t>(me::element_bytes(element));
      for (std::int64_t i = 0; i < 2; i++) {
        for (std::int64_t k = 0; k < size.area(); k++) {
          const std::int64_t y = k % size.height, x = k / size.height;
          if (zero) std::memset(dense.pixel(i, y, x), 0, bytes);
          const std::uint64_t pixel = masks[i].at(y, x) * value;
          std::memcpy(wanted.pixel(i, y, x), &pixel, bytes);
        }
      }
      me::cpu::decode(runs.view(), dense.out, value, zero, {1 + int(random() % 2)});
      CHECK(dense.memory == wanted.memory);
    }
  });
}

namespace {

template <class T>
void check_integers() {
  for (const T value : awkward<T>()) {
    for (const double limit : thresholds) {
      const bool wanted = static_cast<long double>(value) > static_cast<long double>(limit);
      CHECK_EQUAL(me::cuda::IsFrom<T>(limit)(reinterpret_cast<const char*>(&value)), wanted);
    }
  }
}

}  // namespace

ME_TEST(a_threshold_in_the_type_of_the_pixels) {
  check_integers<std::uint8_t>();
  check_integers<std::int8_t>();
  check_integers<std::uint32_t>();
  check_integers<std::int64_t>();
  check_integers<std::uint64_t>();
  for (const double limit : thresholds) {
    for (const float value : awkward<float>()) {
      const me::cuda::IsAbove<float> above{me::cuda::float_below(limit)};
      CHECK_EQUAL(above(reinterpret_cast<const char*>(&value)), double(value) > limit);
    }
    const me::cuda::IsHalfAbove above{me::cuda::half_rank_below(limit)};
    for (int bits = 0; bits < 0x10000; bits += bits % 1024 < 3 || bits % 1024 > 1020 ? 1 : 17) {
      const auto half = static_cast<std::uint16_t>(bits);
      CHECK_EQUAL(above(reinterpret_cast<const char*>(&half)), halves::value_of(bits) > limit);
    }
  }
}
