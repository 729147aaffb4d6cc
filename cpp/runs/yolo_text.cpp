#include "runs/yolo_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/decimal.h"

namespace me {
namespace {

constexpr double inside = 0.25;  // of a pixel
constexpr std::int64_t longest = 32;

char* print(double value, char* first) {
  return std::to_chars(first, first + longest, value, std::chars_format::general, 9).ptr;
}

// Whether readers find the pixel again in `told`.
bool comes_back(double told, double side, double pixel) {
  const float narrow = static_cast<float>(told) * static_cast<float>(side);
  return std::trunc(told * side) == pixel && double(std::trunc(narrow)) == pixel;
}

// The same of a pixel in [0, 2^31) and a value in [0, 1]: conversions need no call of a library.
bool comes_back_near(double told, double side, std::int64_t pixel) {
  const float narrow = static_cast<float>(told) * static_cast<float>(side);
  return static_cast<std::int64_t>(told * side) == pixel &&
         static_cast<std::int64_t>(narrow) == pixel;
}

// Nine digits of a value in [1e-4, 1), rounded as print() does, and what they read back as.
struct Fraction {
  std::int64_t digits = 0;  // 0 where that does not go
  int places = 9;           // after the point
  double told = 0;
};

Fraction fraction_of(double value) {
  Fraction out;
#ifdef __SIZEOF_INT128__
  if (!(value >= 1e-4 && value < 1)) return out;
  constexpr double scales[] = {1e9, 1e10, 1e11, 1e12};
  constexpr std::int64_t powers[] = {1'000'000'000, 10'000'000'000, 100'000'000'000,
                                     1'000'000'000'000};
  const int zeros = int(value < 1e-1) + int(value < 1e-2) + int(value < 1e-3);
  const double scale = scales[zeros];
  const std::int64_t power = powers[zeros];
  out.places += zeros;
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  const std::uint64_t mantissa = (bits & ((std::uint64_t(1) << 52) - 1)) | std::uint64_t(1) << 52;
  const int shift = 1075 - static_cast<int>(bits >> 52);  // value = mantissa / 2^shift
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide(mantissa) * Wide(power);
  const Wide rest = product & ((Wide(1) << shift) - 1), half = Wide(1) << (shift - 1);
  auto digits = static_cast<std::int64_t>(product >> shift);
  if (rest > half || (rest == half && digits % 2 == 1)) digits++;
  if (digits < 100'000'000 || digits >= 1'000'000'000) return out;
  out.digits = digits;
  out.told = double(digits) / scale;  // both are exact, so this is the nearest double
#endif
  return out;
}

constexpr std::array<char, 200> make_pairs() {
  std::array<char, 200> out{};
  for (int i = 0; i < 100; i++) {
    out[std::size_t(2 * i)] = static_cast<char>('0' + i / 10);
    out[std::size_t(2 * i + 1)] = static_cast<char>('0' + i % 10);
  }
  return out;
}
constexpr std::array<char, 200> pairs = make_pairs();

// "0." and up to 12 digits; there must be room for that many.
char* print_fraction(Fraction value, char* out) {
  std::memcpy(out, "0.000", 5);
  out += 2 + value.places - 9;
  auto left = static_cast<std::uint32_t>(value.digits);
  for (int i = 7; i > 0; i -= 2) {
    std::memcpy(out + i, pairs.data() + std::size_t(2) * (left % 100), 2);
    left /= 100;
  }
  *out = static_cast<char>('0' + left);
  out += 9;
  while (out[-1] == '0') out--;
  return out;
}

char* write_part(double value, double side, char* const first) {
  const double pixel = std::trunc(value);
  double part = value / side;
  double told = 0;
  Fraction fraction = fraction_of(part);
  if (fraction.digits == 0) {
    read_decimal(first, print(part, first), told);
  } else {
    told = fraction.told;
  }
  if (!comes_back(told, side, pixel)) {
    part = (pixel + inside) / side;
    fraction = fraction_of(part);
  }
  return fraction.digits != 0 ? print_fraction(fraction, first) : print(part, first);
}

// What write_part() does, for nearly all values; null for the others.
char* write_near_part(double value, double side, char* const first) {
  if (!(value >= 0 && value < 2147483648.0)) return nullptr;
  const auto pixel = static_cast<std::int64_t>(value);
  Fraction fraction = fraction_of(value / side);
  if (fraction.digits == 0) return nullptr;
  if (!comes_back_near(fraction.told, side, pixel)) {
    fraction = fraction_of((double(pixel) + inside) / side);
    if (fraction.digits == 0) return nullptr;
  }
  return print_fraction(fraction, first);
}

char* append_part(double value, double side, char* out) {
  *out++ = ' ';
  char* const last = write_near_part(value, side, out);
  return last != nullptr ? last : write_part(value, side, out);
}

}  // namespace

void append_yolo_ring(const double* xy, std::int64_t n, double width, double height,
                      Buffer<char>& out) {
  constexpr std::int64_t many = 64;  // vertices written at a time
  const std::int64_t least = n > 0 && n < 3 ? n - 3 : 0;
  for (std::int64_t begin = least; begin < n; begin += many) {
    const std::int64_t end = std::min(begin + many, n), room = 2 * (longest + 1) * (end - begin);
    char* const first = out.grow(room);
    char* last = first;
    for (std::int64_t i = begin; i < end; i++) {
      const double* const vertex = xy + 2 * (i < 0 ? 0 : i);
      last = append_part(vertex[0], width, last);
      last = append_part(vertex[1], height, last);
    }
    out.truncate(out.size() - room + (last - first));
  }
}

}  // namespace me
