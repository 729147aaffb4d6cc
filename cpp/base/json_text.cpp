// Text between quotes: UTF-8 and escapes.
#include <cstring>

#include "base/json.h"

namespace me {
namespace {

// Of a character that is known to be one.
std::uint32_t hex_digit(char c) {
  return static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

std::uint32_t hex_code(const char* digits) {
  std::uint32_t code = 0;
  for (int i = 0; i < 4; i++) code = code * 16 + hex_digit(digits[i]);
  return code;
}

// The character of an escape whose digits begin at `p`, which steps past them: two escapes are one
// character beyond 16 bits; half of such a pair is none, and becomes the replacement character.
std::uint32_t escaped(const char*& p, const char* end) {
  const std::uint32_t code = hex_code(p);
  p += 4;
  if (code < 0xd800 || code > 0xdfff) return code;
  if (code < 0xdc00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
    const std::uint32_t low = hex_code(p + 2);
    if (low >= 0xdc00 && low <= 0xdfff) {
      p += 6;
      return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
  }
  return 0xfffd;
}

void append_utf8(std::uint32_t code, Buffer<char>& out) {
  const auto tail = [&](int shift) {
    out.push_back(static_cast<char>(0x80 | ((code >> shift) & 0x3f)));
  };
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xc0 | (code >> 6)));
    tail(0);
  } else {
    if (code < 0x10000) {
      out.push_back(static_cast<char>(0xe0 | (code >> 12)));
    } else {
      out.push_back(static_cast<char>(0xf0 | (code >> 18)));
      tail(12);
    }
    tail(6);
    tail(0);
  }
}

}  // namespace

void append_unescaped(JsonSpan text, Buffer<char>& out) {
  const char* p = text.begin;
  while (p != text.end) {
    const auto* stop =
        static_cast<const char*>(std::memchr(p, '\\', static_cast<std::size_t>(text.end - p)));
    if (stop == nullptr) stop = text.end;
    out.append(p, stop - p);
    if (stop == text.end) return;
    p = stop + 2;
    if (stop[1] != 'u') {
      static const char names[] = "bfnrt";
      static const char codes[] = "\b\f\n\r\t";
      const char* name = std::strchr(names, stop[1]);
      out.push_back(name == nullptr ? stop[1] : codes[name - names]);
      continue;
    }
    append_utf8(escaped(p, text.end), out);
  }
}

bool is_utf8(JsonSpan text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.begin);
  const auto* const end = reinterpret_cast<const unsigned char*>(text.end);
  while (p != end) {
    std::uint64_t word;
    while (end - p >= 8 && (std::memcpy(&word, p, 8), word & 0x8080808080808080u) == 0) p += 8;
    if (p == end) return true;
    const unsigned char lead = *p++;
    if (lead < 0x80) continue;
    const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    if (lead < 0xc2 || lead > 0xf4 || end - p < more) return false;
    const unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (*p < low || *p > high) return false;
    for (int i = 1; i < more; i++) {
      if ((p[i] & 0xc0) != 0x80) return false;
    }
    p += more;
  }
  return true;
}

}  // namespace me
