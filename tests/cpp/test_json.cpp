// JSON at every level: lists of numbers against strtod, what is refused, and the outline
// of a file that comes in pieces, with the places where it can be cut.
#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "../fuzz/levels.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_outline.h"
#include "base/limits.h"
#include "check.h"

namespace {

std::string number(std::mt19937& random, std::uint32_t kinds) {
  const std::string whole = std::to_string(random() % 3 == 0 ? random() % 10 : random() % 4000);
  switch (random() % kinds) {
    case 0:
      return whole + "." + std::to_string(random() % 100);
    case 1:
      return whole + ".0";
    case 2:
      return whole;
    case 3:
      return "0." + std::to_string(random() % 1000000);
    case 4:
      return "-" + whole;
    case 5:
      return whole + "e1";
    case 6:
      return whole + ".25E-1";
    case 7:
      return "123456789.125";
    default:
      return "12345678";
  }
}

// The numbers of a list, some of them in one go.
std::vector<double> read_list(const std::string& text, bool* with_point, bool* without) {
  me::JsonCursor json(text.data(), text.data() + text.size());
  me::Buffer<double> out;
  CHECK(json.take('['));
  for (;;) {
    json.decimals(out, with_point, without);
    bool has_point = false;
    const double value = json.decimal(&has_point);
    out.push_back(value);
    (has_point ? *with_point : *without) |= value == static_cast<double>(std::int64_t(value));
    if (!json.take(',')) break;
    json.space();
  }
  json.expect(']', "at the end");
  return {out.begin(), out.end()};
}

// Why a text is no value; "" where it is one.
std::string refusal(const std::string& text, bool* ran_out) {
  me::JsonCursor json(text.data(), text.data() + text.size());
  try {
    json.value();
    return "";
  } catch (const me::JsonFault& fault) {
    *ran_out = fault.ran_out;
    return fault.text;
  }
}

me::JsonOutline outline_of(const std::string& text, std::size_t piece, std::int64_t stride = 0) {
  me::JsonOutline outline(stride);
  for (std::size_t at = 0; at < text.size(); at += piece) {
    const std::string part = text.substr(at, piece);
    outline.feed(part.data(), static_cast<std::int64_t>(part.size()));
  }
  outline.finish();
  return outline;
}

}  // namespace

ME_TEST(lists_of_numbers_are_those_of_strtod) {
  fuzz::at_every_level([&] {
    std::mt19937 random(51);
    for (int round = 0; round < 400; round++) {
      const std::uint32_t kinds = 1 + random() % 9;  // of the first alone they come in fours
      std::string text = "[";
      std::vector<double> wanted;
      bool whole_point = false, whole_none = false;
      for (std::uint32_t n = 1 + random() % 90; n > 0; n--) {
        const std::string one = number(random, kinds);
        wanted.push_back(std::strtod(one.c_str(), nullptr));
        const bool whole = wanted.back() == static_cast<double>(std::int64_t(wanted.back()));
        const bool point = one.find_first_of(".eE") != std::string::npos;
        (point ? whole_point : whole_none) |= whole;
        text += one;
        if (n > 1) text += round % 3 == 0 ? "," : ", ";
      }
      text += "]";
      bool with_point = false, without = false;
      CHECK(read_list(text, &with_point, &without) == wanted);
      CHECK_EQUAL(without, whole_none);
      CHECK_EQUAL(with_point, whole_point);
    }
  });
}

ME_TEST(numbers_that_json_does_not_have) {
  const char* const wrong[] = {"01, 2",   ".5, 2",    "1., 2",   "-, 2",   "1e, 2",
                               "1e+, 2",  "00.5, 2",  "+1, 2",   "NaN, 2", "-Infinity, 2",
                               "1..5, 2", "1.2.3, 2", "1e999, 2"};
  fuzz::at_every_level([&] {
    for (const char* const one : wrong) {
      const std::string text = "[" + std::string(one) + std::string(80, ' ') + "]";
      bool ran_out = true;
      CHECK(!refusal(text, &ran_out).empty() && !ran_out);
    }
  });
  const char* const cut[] = {"[1,", "[\"a\\", "[\"\\u12", "{\"a\"", "tr", "[\"abc", "-", "[[1]"};
  for (const char* const one : cut) {
    bool ran_out = false;
    CHECK(!refusal(one, &ran_out).empty() && ran_out);
  }
  bool ran_out = false;
  CHECK_EQUAL(refusal("[true, false, null, {\"a\": \"\\u00e9\\n\"}]", &ran_out), std::string());
  CHECK(!refusal("[tru, 1, 2, 3]", &ran_out).empty());
  CHECK(!refusal("[\"\\x\", 1234567]", &ran_out).empty());
  CHECK(!refusal("[\"\\u12g4\", 1234567]", &ran_out).empty());
  const auto deep = static_cast<std::size_t>(me::limit_of(me::Limit::json_depth) + 1);
  CHECK(refusal(std::string(deep, '['), &ran_out).find("nested deeper than") == 0);
}

ME_TEST(values_that_are_stepped_over_by_brackets) {
  const auto left = [](const std::string& text) -> std::string {
    const char* const end = text.data() + text.size();
    const char* const at = me::skip_bracketed(text.data(), end);
    return at == nullptr ? "none" : std::string(at, end);
  };
  CHECK_EQUAL(left("{\"a\": [1, \"}\\\"\"]}, 2"), std::string(", 2"));
  CHECK_EQUAL(left("12, 3]"), std::string(", 3]"));
  CHECK_EQUAL(left("12]"), std::string("]"));
  for (const char* const cut : {"[1, 2", "\"abc", "\"abc\\"})
    CHECK_EQUAL(left(cut), std::string("none"));
}

ME_TEST(outlines_of_files_that_come_in_pieces) {
  std::string text = "\xef\xbb\xbf {\"info\": {\"a\": \"]}\\\"\"}, \"empty\" : [], \"images\": [";
  for (int k = 0; k < 40; k++) {
    text += std::string(k > 0 ? ", " : "") + "{\"id\": " + std::to_string(k) + ", \"s\": [[" +
            std::string(static_cast<std::size_t>(k), '1') + "], \"x\\\\\"]}";
  }
  text += "], \"last\": 5 }\n";
  fuzz::at_every_level([&] {
    for (const std::size_t piece : {1, 2, 7, 64, 100, 5000}) {
      const me::JsonOutline outline = outline_of(text, piece, 150);
      CHECK(!outline.is_array());
      std::vector<std::string> found;
      for (const auto& member : outline.members()) {
        const auto begin = static_cast<std::size_t>(member.begin);
        found.push_back(member.key + "=" +
                        text.substr(begin, static_cast<std::size_t>(member.end) - begin));
      }
      CHECK_EQUAL(found.size(), 4u);
      CHECK_EQUAL(found[0], std::string("info= {\"a\": \"]}\\\"\"}"));
      CHECK_EQUAL(found[1], std::string("empty= []"));
      CHECK_EQUAL(found[3], std::string("last= 5 "));
      std::int64_t before = 0;
      for (const std::int64_t cut : outline.cuts()) {  // after an element, one in each 150 bytes
        const auto at = static_cast<std::size_t>(cut);
        CHECK(text.compare(at - 3, 3, "\"]}") == 0 && (text[at] == ',' || text[at] == ']'));
        CHECK(cut / 150 > before / 150);
        before = cut;
      }
      CHECK_EQUAL(outline.cuts().empty(), piece == 5000);
    }
  });
  const std::string array = "[{\"a\": [1]}, {}, [\"\\\\\"], 3, {\"b\": {}}]";
  const me::JsonOutline outline = outline_of(array, 2, 3);
  CHECK(outline.is_array() && outline.members().size() == 1);
  for (const std::int64_t cut : outline.cuts()) {
    const char last = array[static_cast<std::size_t>(cut) - 1];
    CHECK(last == '}' || last == ']');
  }
  CHECK(outline.cuts().size() >= 2);
}

ME_TEST(outlines_that_are_refused) {
  const std::string long_key(5000, 'k');
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"", "expected a JSON object or array, got an empty file at byte 0"},
      {"  7", "expected a JSON object or array at byte 2"},
      {"\xef\xbb{}", "expected a JSON object or array at byte 0"},
      {"{\"a\": 1, \"a\": 2}", "the key 'a' comes twice at byte 0"},
      {"{\"" + long_key + "\": 1}", "expected keys of at most 4096 bytes at byte 0"},
      {"{} {", "expected nothing after the end at byte 3"},
      {"[] x", "expected nothing after the end at byte 3"},
      {"}", "expected a JSON object or array at byte 0"},
      {"{\"a\"}", "expected a key and a value at byte 4"},
      {"{\"a\": 1,}", "expected a key and a value at byte 8"},
      {"{[", "expected a key at byte 1"},
      {"{\"a\": 1 : 2}", "misplaced ':' at byte 8"},
      {"{\"a\", 1}", "misplaced ',' at byte 4"},
      {"{\"a\" \"b\"}", "misplaced text at byte 5"},
      {"{a: 1}", "expected a key in quotes at byte 1"},
      {"{\"a\": [1", "the file ends too early in 'a': it is cut at byte 8"},
      {"[1", "the file ends too early: it is cut at byte 2"},
  };
  for (const auto& [text, message] : wrong) {
    std::string found = "nothing";
    try {
      outline_of(text, 10000);
    } catch (const me::Error& error) {
      CHECK(error.kind == me::ErrorKind::bad_file);
      found = error.what();
    }
    CHECK_EQUAL(found, message);
  }
}
