// Escapes of JSON strings; the bytes wanted are those of the Unicode Standard's table 3-6.
#include <string>

#include "base/json.h"
#include "check.h"

namespace {

std::string unescaped(const std::string& text) {
  me::Buffer<char> out;
  me::append_unescaped({text.data(), text.data() + text.size()}, out);
  return {out.begin(), out.end()};
}

}  // namespace

ME_TEST(escapes_become_utf8) {
  CHECK(unescaped("a\\\"\\\\\\/\\b\\f\\n\\r\\tz") == "a\"\\/\b\f\n\r\tz");
  CHECK(unescaped("\\u0041\\u00e9\\u20ac") == "A\xc3\xa9\xe2\x82\xac");
  CHECK(unescaped("\\ud83d\\ude00!") == "\xf0\x9f\x98\x80!");
  CHECK(unescaped("\\uD800\\uDC00\\uDBFF\\uDFFF") == "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
}

ME_TEST(half_of_a_pair_becomes_the_replacement_character) {
  const std::string lost = "\xef\xbf\xbd";
  CHECK(unescaped("\\u2e2C\\uDD00C3") == "\xe2\xb8\xac" + lost + "C3");
  CHECK(unescaped("\\ud83d") == lost);
  CHECK(unescaped("\\ud83dx\\ude00") == lost + "x" + lost);
  CHECK(unescaped("\\ud83d\\ud83d\\ude00") == lost + "\xf0\x9f\x98\x80");
  CHECK(unescaped("\\ud83d\\n12345") == lost + "\n12345");
  CHECK(unescaped("\\ude00\\ud83d\\u0041") == lost + lost + "A");
}
