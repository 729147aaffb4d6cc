#include "base/json.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include "base/decimal.h"
#include "base/dispatch.h"
#include "base/json_kernels.h"
#include "base/limits.h"

namespace me {
namespace {

constexpr double powers_of_ten[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Digits from `p` on, their decimal value added to *mantissa (it wraps past 19 digits).
const char* digits(const char* p, const char* end, std::uint64_t* mantissa) {
  while (p != end && is_digit(*p)) {
    *mantissa = *mantissa * 10 + static_cast<std::uint64_t>(*p - '0');
    p++;
  }
  return p;
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
constexpr std::uint64_t in_each = 0x0101010101010101u;
constexpr std::uint64_t high_bits = 0x80 * in_each;

// The high bits of some bytes; the lowest of them is that of the first byte below `limit`.
std::uint64_t below(std::uint64_t word, std::uint64_t limit) {
  return (word - limit * in_each) & ~word & high_bits;
}
#endif

// Steps over characters that stand for themselves in a string.
const char* plain_text(const char* p, const char* end) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  for (; end - p >= 8; p += 8) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    const std::uint64_t stops =
        below(word, 0x20) | below(word ^ '"' * in_each, 1) | below(word ^ '\\' * in_each, 1);
    if (stops != 0) return p + __builtin_ctzll(stops) / 8;
  }
#endif
  while (p != end && static_cast<unsigned char>(*p) >= 0x20 && *p != '"' && *p != '\\') p++;
  return p;
}

void append_hundredths(std::int64_t hundredths, bool point, Buffer<char>& out) {
  if (hundredths < 0) {
    out.push_back('-');
    hundredths = -hundredths;
  }
  append_integer(hundredths / 100, out);
  const auto cents = static_cast<int>(hundredths % 100);
  if (cents != 0 || point) {
    out.push_back('.');
    out.push_back(static_cast<char>('0' + cents / 10));
    if (cents % 10 != 0) out.push_back(static_cast<char>('0' + cents % 10));
  }
}

}  // namespace

void JsonCursor::fail(const std::string& text) const { throw JsonFault{text, at_, at_ == end_}; }

void JsonCursor::expect(char c, const char* where) {
  if (!take(c)) fail(std::string("expected '") + c + "' " + where);
}

bool JsonCursor::escape_is_right() const {
  if (end_ - at_ < 2) throw JsonFault{"expected an escape", end_, true};
  if (at_[1] != 'u') return std::strchr("\"\\/bfnrt", at_[1]) != nullptr && at_[1] != '\0';
  if (end_ - at_ < 6) throw JsonFault{"expected four hexadecimal digits", end_, true};
  for (int i = 2; i < 6; i++) {
    if (!is_hex_digit(at_[i])) return false;
  }
  return true;
}

JsonSpan JsonCursor::string() {
  if (!take('"')) fail("expected a string");
  const char* const begin = at_;
  while (true) {
    at_ = plain_text(at_, end_);
    if (at_ == end_) fail("the text ends inside a string");
    if (*at_ == '"') return {begin, at_++};
    if (*at_ != '\\') fail("a control character inside a string");
    if (!escape_is_right()) fail("an escape that JSON does not have");
    at_ += at_[1] == 'u' ? 6 : 2;
  }
}

JsonNumber JsonCursor::number() {
  space();
  double value = 0;
  bool has_point = false;
  bool is_whole = false;
  const int length = end_ - at_ < 8 ? 0 : short_decimal(at_, &value, &has_point, &is_whole);
  if (length != 0) {
    at_ += length;
    return {value, has_point ? 0 : static_cast<std::int64_t>(value), !has_point, true};
  }
  return long_number();
}

JsonNumber JsonCursor::long_number() {
  const char* const begin = at_;
  const char* p = at_;
  const bool negative = p != end_ && *p == '-';
  if (negative) p++;
  const char* const first = p;
  std::uint64_t mantissa = 0;
  p = digits(p, end_, &mantissa);
  std::int64_t n_digits = p - first;
  if (n_digits == 0 && p != end_ && (*p == 'N' || *p == 'I')) {
    fail("expected a number; JSON has no NaN and no Infinity");
  }
  if (n_digits == 0 && p == end_) throw JsonFault{"the text ends inside a number", p, true};
  if (n_digits == 0) fail("expected a number");
  if (n_digits > 1 && *first == '0') fail("a number with a leading zero");
  bool is_integer = true;
  std::int64_t fraction = 0;
  if (p != end_ && *p == '.') {
    const char* const point = p;
    p = digits(p + 1, end_, &mantissa);
    fraction = p - point - 1;
    n_digits += fraction;
    is_integer = false;
    if (fraction == 0) throw JsonFault{"a number without digits after its point", p, p == end_};
  }
  const bool scaled = p != end_ && (*p == 'e' || *p == 'E');
  if (scaled) {
    p++;
    if (p != end_ && (*p == '+' || *p == '-')) p++;
    std::uint64_t exponent = 0;
    const char* const after = digits(p, end_, &exponent);
    if (after == p) throw JsonFault{"a number without digits in its exponent", p, p == end_};
    p = after;
    is_integer = false;
  }
  if (p == end_) throw JsonFault{"the text ends inside a number", p, true};
  JsonNumber out{0.0, 0, is_integer, n_digits <= 15};
  if (n_digits <= 15 && !scaled) {
    // Both operands are exact, so the one division rounds correctly.
    out.value = static_cast<double>(mantissa) / powers_of_ten[fraction];
    if (negative) out.value = -out.value;
    out.integer =
        negative ? -static_cast<std::int64_t>(mantissa) : static_cast<std::int64_t>(mantissa);
  } else {
    if (!read_decimal(begin, p, out.value) || !std::isfinite(out.value)) {
      fail("a number out of range");
    }
    out.is_integer = is_integer && std::from_chars(begin, p, out.integer).ec == std::errc();
  }
  at_ = p;
  return out;
}

// Looks at eight bytes at once: a token such as 123.45 and the character after it. All its digits
// become one integer, which is divided by a power of ten; both are exact, so the result is rounded
// correctly. Gives the length of the token; 0 where it is another kind of number, or longer.
int JsonCursor::short_decimal(const char* at, double* value, bool* has_point, bool* is_whole) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  std::uint64_t word;
  std::memcpy(&word, at, 8);
  word ^= 0x3030303030303030u;  // digits are now 0 to 9
  // The high bit of each byte that is above 9.
  const std::uint64_t others =
      (((word & 0x7f7f7f7f7f7f7f7fu) + 0x7676767676767676u) | word) & 0x8080808080808080u;
  if (others == 0) return 0;
  const int whole_digits = __builtin_ctzll(others) / 8;
  if (whole_digits == 0 || (whole_digits > 1 && (word & 0xff) == 0)) return 0;
  int length = whole_digits;
  int fraction_digits = 0;
  const char after = at[whole_digits];
  if (after == '.') {
    const std::uint64_t rest = others & (others - 1);
    if (rest == 0) return 0;
    length = __builtin_ctzll(rest) / 8;
    fraction_digits = length - whole_digits - 1;
    if (fraction_digits == 0 || at[length] == 'e' || at[length] == 'E') return 0;
    const std::uint64_t low = (std::uint64_t{1} << (8 * whole_digits)) - 1;
    word = (word & low) | ((word >> 8) & ~low);
  } else if (after == 'e' || after == 'E') {
    return 0;
  }
  word <<= 8 * (8 - whole_digits - fraction_digits);  // leading zeros
  *is_whole = word >> 1 >> (63 - 8 * fraction_digits) == 0;
  word = word * 10 + (word >> 8);
  word = (((word & 0x000000ff000000ffu) * 0x000f424000000064u) +
          (((word >> 16) & 0x000000ff000000ffu) * 0x0000271000000001u)) >>
         32;
  *value = static_cast<double>(static_cast<std::uint32_t>(word)) / powers_of_ten[fraction_digits];
  *has_point = fraction_digits > 0;
  return length;
#else
  static_cast<void>(at);
  static_cast<void>(value);
  static_cast<void>(has_point);
  static_cast<void>(is_whole);
  return 0;
#endif
}

void JsonCursor::decimals(Buffer<double>& out, bool* whole_with_point, bool* whole_without) {
  constexpr std::int64_t most = 64;  // numbers for which there is room at a time
  const auto take =
      select<kernels::TakeDecimals>(nullptr, ME_X86(&kernels::take_decimals_avx2), nullptr);
  for (bool full = take != nullptr; full;) {
    double* const first = out.grow(most);
    kernels::DecimalList list{first, first + most, 0, 0};
    at_ = take(at_, end_, &list);
    full = first + most - list.to < kernels::decimals_in_block;
    out.truncate(out.size() - (first + most - list.to));
    *whole_with_point |= list.whole_with_point != 0;
    *whole_without |= list.whole_without != 0;
  }
  int with_point = 0;  // not through the pointers: each number would wait for the last one's flag
  int without = 0;
  bool full = true;
  while (full) {
    const std::int64_t before = out.size();
    double* const first = out.grow(most);
    double* to = first;
    const char* at = at_;
    while (to != first + most && end_ - at > 9) {  // eight bytes, a comma, a blank
      bool has_point = false;
      bool is_whole = false;
      const int length = short_decimal(at, to, &has_point, &is_whole);
      if (length == 0 || at[length] != ',') break;
      with_point |= is_whole & has_point;
      without |= is_whole & !has_point;
      to++;
      at += length + 1;
      if (*at == ' ') at++;
    }
    at_ = at;
    full = to == first + most;
    out.truncate(before + (to - first));
  }
  *whole_with_point |= with_point != 0;
  *whole_without |= without != 0;
}

bool JsonCursor::literal(const char* word) {
  space();
  const auto length = static_cast<std::int64_t>(std::strlen(word));
  if (end_ - at_ < length || std::memcmp(at_, word, static_cast<std::size_t>(length)) != 0) {
    return false;
  }
  at_ += length;
  return true;
}

JsonSpan JsonCursor::value(int depth) {
  const char first = peek();
  const char* const begin = at_;
  if (first == '{' || first == '[') {
    const std::int64_t most = limit_of(Limit::json_depth);
    if (depth >= most) fail("nested deeper than " + std::to_string(most) + " levels");
    const char close = first == '{' ? '}' : ']';
    at_++;
    if (!take(close)) {
      do {
        if (first == '{') {
          string();
          expect(':', "after a key");
        }
        value(depth + 1);
      } while (take(','));
      expect(close, "or ',' after a value");
    }
  } else if (first == '"') {
    string();
  } else if (first == '-' || is_digit(first)) {
    number();
  } else if (!literal("null") && !literal("true") && !literal("false")) {
    // A word cut by the end of the text may yet be a literal.
    if (end_ - at_ < 5) throw JsonFault{"expected a value", end_, true};
    fail("expected a value");
  }
  return {begin, at_};
}

const char* skip_bracketed(const char* begin, const char* end) {
  std::int64_t depth = 0;
  for (const char* p = begin; p != end; p++) {
    if (*p == '"') {
      for (p++; p != end && *p != '"'; p++) {
        if (*p == '\\' && ++p == end) return nullptr;
      }
      if (p == end) return nullptr;
    } else if (*p == '{' || *p == '[') {
      depth++;
    } else if (*p == '}' || *p == ']') {
      if (--depth <= 0) return depth == 0 ? p + 1 : p;
    } else if (*p == ',' && depth == 0) {
      return p;
    }
  }
  return nullptr;
}

void append_integer(std::int64_t value, Buffer<char>& out) {
  char* const first = out.grow(24);
  const auto result = std::to_chars(first, first + 24, value);
  out.truncate(out.size() - 24 + (result.ptr - first));
}

void append_number(double value, bool point, Buffer<char>& out) {
  const double hundredfold = value * 100;
  if (std::fabs(hundredfold) < 1e15 && value != 0) {
    const double rounded = std::nearbyint(hundredfold);
    // Then this decimal reads back as `value`, and as it has no more than 15 digits no shorter one
    // does, but for trailing zeros.
    if (rounded / 100 == value)
      return append_hundredths(static_cast<std::int64_t>(rounded), point, out);
  }
  char* const first = out.grow(40);
  const auto result = std::to_chars(first, first + 32, value);
  char* last = result.ptr;
  if (point && std::memchr(first, '.', static_cast<std::size_t>(last - first)) == nullptr &&
      std::memchr(first, 'e', static_cast<std::size_t>(last - first)) == nullptr) {
    *last++ = '.';
    *last++ = '0';
  }
  out.truncate(out.size() - 40 + (last - first));
}

}  // namespace me
