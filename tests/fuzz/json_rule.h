// RFC 8259, as a recursive recogniser that follows the grammar and nothing else; and UTF-8 after
// RFC 3629.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

namespace fuzz {

class JsonRule {
 public:
  // How deep arrays and objects may lie in one another.
  JsonRule(const std::string& text, std::int64_t depth) : text_(text), limit_(depth) {}

  bool whole_value() {
    space();
    if (!value(0)) return false;
    space();
    return at_ == text_.size();
  }
  // Reads one value from a position on and says where it ends; npos when there is none.
  std::size_t value_from(std::size_t at) {
    at_ = at;
    return value(0) ? at_ : std::string::npos;
  }
  std::size_t number_from(std::size_t at) {
    at_ = at;
    return number() ? at_ : std::string::npos;
  }
  std::size_t string_from(std::size_t at) {
    at_ = at;
    return string() ? at_ : std::string::npos;
  }

 private:
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    at_++;
    return true;
  }
  void space() {
    while (at_ < text_.size() && std::strchr(" \t\r\n", text_[at_]) != nullptr && text_[at_] != 0) {
      at_++;
    }
  }
  bool word(const char* letters) {
    const std::size_t n = std::strlen(letters);
    if (text_.compare(at_, n, letters) != 0) return false;
    at_ += n;
    return true;
  }
  bool digits() {
    const std::size_t begin = at_;
    while (next() >= '0' && next() <= '9') at_++;
    return at_ > begin;
  }
  // Numbers beyond the doubles are refused, at both ends.
  bool number() {
    const std::size_t begin = at_;
    if (!spelled_number()) return false;
    const std::string written = text_.substr(begin, at_ - begin);
    const double value = std::strtod(written.c_str(), nullptr);
    const bool zero = written.find_first_of("123456789") >= written.find_first_of("eE");
    return std::isfinite(value) && (value != 0 || zero);
  }
  bool spelled_number() {
    take('-');
    const bool zero = take('0');
    if (zero == digits()) return false;  // nothing, or a zero too many
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }
  bool string() {
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      const auto c = static_cast<unsigned char>(text_[at_++]);
      if (c == '"') return true;
      if (c < 0x20) return false;
      if (c != '\\') continue;
      if (at_ >= text_.size()) return false;
      const char escape = text_[at_++];
      if (escape != 'u') {
        if (escape == '\0' || std::strchr("\"\\/bfnrt", escape) == nullptr) return false;
        continue;
      }
      for (int k = 0; k < 4; k++) {
        const char digit = next();
        if (digit == '\0' || std::strchr("0123456789abcdefABCDEF", digit) == nullptr) return false;
        at_++;
      }
    }
    return false;
  }
  bool value(int depth) {
    if (next() == '"') return string();
    if (next() == '{' || next() == '[') return depth < limit_ && members(depth + 1);
    if (next() == 't') return word("true");
    if (next() == 'f') return word("false");
    if (next() == 'n') return word("null");
    return number();
  }
  bool members(int depth) {
    const bool object = next() == '{';
    const char end = object ? '}' : ']';
    at_++;
    space();
    if (take(end)) return true;
    for (;;) {
      space();
      if (object) {
        if (!string()) return false;
        space();
        if (!take(':')) return false;
        space();
      }
      if (!value(depth)) return false;
      space();
      if (take(end)) return true;
      if (!take(',')) return false;
    }
  }

  const std::string& text_;
  std::int64_t limit_;
  std::size_t at_ = 0;
};

inline bool is_utf8(const std::string& text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t more = lead < 0x80   ? 0
                             : lead < 0xc2 ? 9
                             : lead < 0xe0 ? 1
                             : lead < 0xf0 ? 2
                                           : 3;
    if (more == 9 || lead > 0xf4 || i + more >= text.size()) return false;
    std::uint32_t code = more == 0 ? lead : lead & (0x3fu >> more);
    for (std::size_t k = 1; k <= more; k++) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if (byte >> 6 != 2) return false;
      code = code << 6 | (byte & 0x3fu);
    }
    const std::uint32_t least[4] = {0, 0x80, 0x800, 0x10000};
    if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
    i += more + 1;
  }
  return true;
}

}  // namespace fuzz
