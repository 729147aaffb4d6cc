// Any bytes as JSON: accepted where the grammar accepts them, numbers as strtod reads them, at
// every CPU level; and any number is printed so that it reads back, in no more digits than needed.
#include <cmath>
#include <cstdlib>

#include "base/json.h"
#include "base/limits.h"
#include "engines.h"
#include "json_rule.h"

namespace {

bool accepts(const std::string& text) {
  me::JsonCursor json(text.data(), text.data() + text.size());
  try {
    json.space();
    json.value();
    json.space();
    return json.at() == json.end();
  } catch (const me::JsonFault& fault) {
    EXPECT(fault.at >= text.data() && fault.at <= json.end() && !fault.text.empty());
    return false;
  }
}

void check_number(const std::string& text) {
  const std::size_t wanted =
      fuzz::JsonRule(text, me::limit_of(me::Limit::json_depth)).number_from(0);
  me::JsonCursor json(text.data(), text.data() + text.size());
  try {
    const me::JsonNumber number = json.number();
    EXPECT(static_cast<std::size_t>(json.at() - text.data()) == wanted);
    const std::string written = text.substr(0, wanted);
    EXPECT(number.value == std::strtod(written.c_str(), nullptr) && std::isfinite(number.value));
    EXPECT(!number.is_integer || written.find_first_of(".eE") == std::string::npos);
    EXPECT(!number.is_integer || std::strtoll(written.c_str(), nullptr, 10) == number.integer);
  } catch (const me::JsonFault&) {
    EXPECT(wanted == std::string::npos);
  }
}

void check_string(const std::string& text) {
  const std::size_t wanted =
      fuzz::JsonRule(text, me::limit_of(me::Limit::json_depth)).string_from(0);
  me::JsonCursor json(text.data(), text.data() + text.size());
  try {
    const me::JsonSpan span = json.string();
    EXPECT(static_cast<std::size_t>(json.at() - text.data()) == wanted);
    EXPECT(span.begin == text.data() + 1 && span.end == text.data() + wanted - 1);
    me::Buffer<char> plain;
    me::append_unescaped(span, plain);
    EXPECT(plain.size() <= span.size());
    EXPECT(!fuzz::is_utf8(text) || me::is_utf8({plain.begin(), plain.end()}));
  } catch (const me::JsonFault&) {
    EXPECT(wanted == std::string::npos);
  }
}

// A list of numbers read in one go, and one by one.
void check_list(const std::string& text) {
  me::JsonCursor quick(text.data(), text.data() + text.size());
  me::JsonCursor slow = quick;
  me::Buffer<double> some;
  bool with_point = false, without = false;
  try {
    quick.decimals(some, &with_point, &without);
  } catch (const me::JsonFault&) {
    return;
  }
  for (const double value : some) {
    const me::JsonNumber number = slow.number();
    EXPECT(number.value == value && std::signbit(number.value) == std::signbit(value));
    EXPECT(slow.take(','));
  }
  quick.space();
  slow.space();
  EXPECT(quick.at() == slow.at());
}

void check_printing(double value) {
  if (!std::isfinite(value)) return;
  for (const bool point : {false, true}) {
    me::Buffer<char> out;
    me::append_number(value, point, out);
    std::string text(out.begin(), out.end());
    EXPECT(fuzz::JsonRule(text, 1).number_from(0) == text.size());
    const double back = std::strtod(text.c_str(), nullptr);
    EXPECT(back == value && std::signbit(back) == std::signbit(value));
    text += ',';
    me::JsonCursor json(text.data(), text.data() + text.size());
    EXPECT(json.number().value == value);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // of a number, only what comes after it says that it has ended
  const std::string text = std::string(reinterpret_cast<const char*>(data), size) + ' ';
  const bool wanted = fuzz::JsonRule(text, me::limit_of(me::Limit::json_depth)).whole_value();
  EXPECT(me::is_utf8({text.data(), text.data() + text.size()}) == fuzz::is_utf8(text));
  const std::string value = text.substr(std::min(text.find_first_not_of(" \t\r\n"), size));
  fuzz::at_every_level([&] {
    EXPECT(accepts(text) == wanted);
    check_number(value);
    check_string(value);
    check_list(text);
  });
  fuzz::Input input(data, size);
  check_printing(input.value<double>());
  check_printing(static_cast<double>(input.value<std::int32_t>()) / 64);
  return 0;
}
