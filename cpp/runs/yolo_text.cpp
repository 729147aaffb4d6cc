#include "runs/yolo_text.h"

#include <charconv>
#include <cmath>
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
  double scale = 1e9;
  std::int64_t power = 1'000'000'000;
  for (double low = 0.1; value < low; low /= 10) {
    out.places++;
    scale *= 10;
    power *= 10;
  }
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

char* print_fraction(Fraction value, char* out) {
  while (value.digits % 10 == 0) {
    value.digits /= 10;
    value.places--;
  }
  *out++ = '0';
  *out++ = '.';
  for (int i = value.places - 1; i >= 0; i--) {
    out[i] = static_cast<char>('0' + value.digits % 10);
    value.digits /= 10;
  }
  return out + value.places;
}

void append_part(double value, double side, Buffer<char>& out) {
  char* const first = out.grow(longest + 1);
  *first = ' ';
  const double pixel = std::trunc(value);
  double part = value / side;
  Fraction fraction = fraction_of(part);
  double told = fraction.told;
  if (fraction.digits == 0) read_decimal(first + 1, print(part, first + 1), told);
  if (!comes_back(told, side, pixel)) {
    part = (pixel + inside) / side;
    fraction = fraction_of(part);
  }
  char* const last =
      fraction.digits != 0 ? print_fraction(fraction, first + 1) : print(part, first + 1);
  out.truncate(out.size() - (longest + 1) + (last - first));
}

}  // namespace

void append_yolo_ring(const double* xy, std::int64_t n, double width, double height,
                      Buffer<char>& out) {
  for (std::int64_t i = n > 0 ? (n < 3 ? n - 3 : 0) : 0; i < n; i++) {
    const double* const vertex = xy + 2 * (i < 0 ? 0 : i);
    append_part(vertex[0], width, out);
    append_part(vertex[1], height, out);
  }
}

}  // namespace me
