#include "runs/pack.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/error.h"

namespace me {
namespace {

template <class T, class Test>
void pack_strided(const char* row, std::int64_t stride, std::int64_t n, std::uint64_t* words,
                  Test test) {
  for (std::int64_t i = 0; i < n; i += 64) {
    const std::int64_t end = n - i < 64 ? n - i : 64;
    std::uint64_t word = 0;
    for (std::int64_t k = 0; k < end; k++) {
      T value;
      std::memcpy(&value, row + (i + k) * stride, sizeof(T));  // may be unaligned
      word |= std::uint64_t{test(value)} << k;
    }
    words[i / 64] = word;
  }
}

template <class T>
void pack_above(const char* row, std::int64_t stride, std::int64_t n, std::uint64_t* words,
                double threshold) {
  if constexpr (std::is_floating_point<T>::value) {
    pack_strided<T>(row, stride, n, words,
                    [threshold](T value) { return double{value} > threshold; });
  } else {
    // Compared as integers: a 64-bit value has no exact double. 2^63 and 2^64 are exact.
    const double low = static_cast<double>(std::numeric_limits<T>::min());
    const bool none = threshold >= std::ldexp(1.0, std::numeric_limits<T>::digits);
    const bool all = threshold < low;
    const T limit = none || all ? T{0} : static_cast<T>(std::floor(threshold));
    pack_strided<T>(row, stride, n, words,
                    [=](T value) { return all || (!none && value > limit); });
  }
}

template <class T>
void pack_any(const char* row, std::int64_t stride, std::int64_t n, std::uint64_t* words,
              bool above, double threshold) {
  if (above) {
    pack_above<T>(row, stride, n, words, threshold);
  } else {
    pack_strided<T>(row, stride, n, words, [](T value) { return value != T{0}; });
  }
}

// The largest float that is not above the threshold: it splits the floats as the double does.
float float_threshold(double threshold) {
  const auto rounded = static_cast<float>(threshold);
  if (double{rounded} <= threshold) return rounded;
  return std::nextafter(rounded, -std::numeric_limits<float>::infinity());
}

}  // namespace

RowPacker::RowPacker(Element element, std::int64_t stride, std::optional<double> threshold)
    : element_(element),
      stride_(stride),
      above_(threshold.has_value()),
      threshold_(threshold.value_or(0)) {
  require(!std::isnan(threshold_), ErrorKind::argument, "threshold", "expected a number, got NaN");
  const bool is_float = element == Element::f32 || element == Element::f64;
  require(above_ || !is_float, ErrorKind::type, "mask", "expected threshold= with a float dtype");
  if (above_ || stride != element_bytes(element)) return;
  const kernels::BitKernels& kernel = bit_kernels();
  switch (stride) {
    case 1:
      kernel_ = kernel.pack1;
      break;
    case 2:
      kernel_ = kernel.pack2;
      break;
    case 4:
      kernel_ = kernel.pack4;
      break;
    default:
      kernel_ = kernel.pack8;
      break;
  }
}

void RowPacker::slow(const char* row, std::int64_t n, std::uint64_t* words) const {
  if (stride_ == 0 && n > 1) {  // one value, broadcast: a huge view may cost no memory
    slow(row, 1, words);
    const std::uint64_t all = std::uint64_t{0} - (words[0] & 1);
    for (std::int64_t k = 0; k < words_for(n); k++) words[k] = all;
    words[words_for(n) - 1] &= kernels::tail_mask(n);
    return;
  }
  const auto run = [&](auto example) {
    pack_any<decltype(example)>(row, stride_, n, words, above_, threshold_);
  };
  switch (element_) {
    case Element::u8:
      return run(std::uint8_t{});
    case Element::u16:
      return run(std::uint16_t{});
    case Element::u32:
      return run(std::uint32_t{});
    case Element::u64:
      return run(std::uint64_t{});
    case Element::i8:
      return run(std::int8_t{});
    case Element::i16:
      return run(std::int16_t{});
    case Element::i32:
      return run(std::int32_t{});
    case Element::i64:
      return run(std::int64_t{});
    case Element::f32:
      if (stride_ == 4 && reinterpret_cast<std::uintptr_t>(row) % 4 == 0) {
        bit_kernels().pack_above32(reinterpret_cast<const float*>(row), n,
                                   float_threshold(threshold_), words);
        return;
      }
      return run(float{});
    case Element::f64:
      return run(double{});
    case Element::f16:  // of CUDA alone
      break;
  }
}

}  // namespace me
