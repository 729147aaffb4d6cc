#include "runs/yolo_text.h"

#include <charconv>
#include <cmath>

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

// Prints a value in [1e-4, 1) as print() does, in integers, and gives what the text reads back as;
// false, and nothing is printed, where that does not go.
bool print_fraction(double value, char*& out, double& told) {
#ifdef __SIZEOF_INT128__
  if (!(value >= 1e-4 && value < 1)) return false;
  int places = 9;  // after the point, for nine digits
  double scale = 1e9;
  std::int64_t power = 1'000'000'000;
  for (double low = 0.1; value < low; low /= 10) {
    places++;
    scale *= 10;
    power *= 10;
  }
  int exponent = 0;
  const auto mantissa = static_cast<std::int64_t>(std::ldexp(std::frexp(value, &exponent), 53));
  const int shift = 53 - exponent;  // value = mantissa / 2^shift, shift in [53, 66]
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide(mantissa) * Wide(power);
  const Wide rest = product & ((Wide(1) << shift) - 1), half = Wide(1) << (shift - 1);
  auto digits = static_cast<std::int64_t>(product >> shift);
  if (rest > half || (rest == half && digits % 2 == 1)) digits++;
  if (digits < 100'000'000 || digits >= 1'000'000'000) return false;
  told = double(digits) / scale;  // both are exact, so this is the nearest double
  while (digits % 10 == 0) {
    digits /= 10;
    places--;
  }
  *out++ = '0';
  *out++ = '.';
  for (int i = places - 1; i >= 0; i--) {
    out[i] = static_cast<char>('0' + digits % 10);
    digits /= 10;
  }
  out += places;
  return true;
#else
  return false;
#endif
}

double print_part(double value, char*& out) {
  double told = 0;
  char* const first = out;
  if (!print_fraction(value, out, told)) {
    out = print(value, first);
    std::from_chars(first, out, told);
  }
  return told;
}

void append_part(double value, double side, Buffer<char>& out) {
  char* const first = out.grow(longest + 1);
  *first = ' ';
  char* last = first + 1;
  const double pixel = std::trunc(value);
  if (!comes_back(print_part(value / side, last), side, pixel)) {
    last = first + 1;
    print_part((pixel + inside) / side, last);
  }
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
