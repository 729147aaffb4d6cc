// A strict reader of JSON text in place (RFC 8259): nothing is built, everything is checked.
#pragma once
#include <cstdint>
#include <string>

#include "base/buffer.h"

namespace me {

// Why and where a text is no JSON, or is not what the caller expects there.
struct JsonFault {
  std::string text;
  const char* at;
  bool ran_out;  // the text ended: with more of it, it could be right
};

// Bytes [begin, end) of the text.
struct JsonSpan {
  const char* begin;
  const char* end;
  std::int64_t size() const { return end - begin; }
};

struct JsonNumber {
  double value;          // correctly rounded; always finite
  std::int64_t integer;  // the same when is_integer
  bool is_integer;       // written without fraction and exponent, and fits int64
  bool is_exact;         // written with at most 15 digits: `value` prints to the same decimal
};

class JsonCursor {
 public:
  JsonCursor(const char* begin, const char* end) : at_(begin), end_(end) {}

  const char* at() const { return at_; }
  const char* end() const { return end_; }

  void space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) at_++;
  }
  // The next character that is no blank; 0 at the end of the text.
  char peek() {
    space();
    return at_ == end_ ? '\0' : *at_;
  }
  // Steps over `c` if it is next.
  bool take(char c) {
    space();
    if (at_ == end_ || *at_ != c) return false;
    at_++;
    return true;
  }
  void expect(char c, const char* where);

  // The text between the quotes, escapes unresolved.
  JsonSpan string();
  JsonNumber number();
  // The value alone.
  double decimal(bool* has_point) {
    const JsonNumber all = number();
    *has_point = !all.is_integer;
    return all.value;
  }
  // Appends the numbers next in a list, and steps over the comma after each, as long as they are of
  // the quick kind; the last one of a list, which has no comma, is always left. The flags are
  // raised by numbers without a fraction, written with a point or without.
  void decimals(Buffer<double>& out, bool* whole_with_point, bool* whole_without);
  // Steps over one value of any kind and gives its text.
  JsonSpan value(int depth = 0);
  // Steps over a literal such as "null" if it is next.
  bool literal(const char* word);

  [[noreturn]] void fail(const std::string& text) const;

 private:
  bool escape_is_right() const;
  JsonNumber long_number();
  static int short_decimal(const char* at, double* value, bool* has_point, bool* is_whole);

  const char* at_;
  const char* end_;
};

// Steps from `begin`, where a value starts, past its end by counting brackets outside strings; null
// when the text ends before. The value may be no JSON: this is for getting over a bad one.
const char* skip_bracketed(const char* begin, const char* end);

// Appends the characters that the text between two quotes stands for, in UTF-8; half of a pair of
// surrogates alone is none, and becomes U+FFFD.
void append_unescaped(JsonSpan text, Buffer<char>& out);

// Whether the bytes are UTF-8.
bool is_utf8(JsonSpan text);

// Appends the shortest decimal that reads back as `value`; `point` asks for ".0" after integers.
void append_number(double value, bool point, Buffer<char>& out);
void append_integer(std::int64_t value, Buffer<char>& out);

}  // namespace me
