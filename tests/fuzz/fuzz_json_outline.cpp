// Any bytes as a JSON file, fed in any pieces, at every CPU level: the same members or the same
// refusal as in one piece; and where the grammar accepts the file, its members are those.
#include "base/error.h"
#include "base/json.h"
#include "base/json_outline.h"
#include "base/limits.h"
#include "engines.h"
#include "json_rule.h"

namespace {

struct Outline {
  bool sound = false, is_array = false;
  std::vector<me::JsonOutline::Member> members;

  bool operator==(const Outline& other) const {
    if (sound != other.sound) return false;
    if (!sound) return true;
    if (is_array != other.is_array || members.size() != other.members.size()) return false;
    for (std::size_t k = 0; k < members.size(); k++) {
      const auto &a = members[k], &b = other.members[k];
      if (a.key != b.key || a.begin != b.begin || a.end != b.end) return false;
    }
    return true;
  }
};

Outline read(const std::string& text, std::size_t piece) {
  Outline found;
  me::JsonOutline outline;
  try {
    for (std::size_t at = 0; at < text.size(); at += piece) {
      const std::string part = text.substr(at, piece);  // memory of its own
      outline.feed(part.data(), static_cast<std::int64_t>(part.size()));
    }
    outline.finish();
  } catch (const me::Error& error) {
    EXPECT(error.kind == me::ErrorKind::bad_file);
    return found;
  }
  found.sound = true;
  found.is_array = outline.is_array();
  found.members = outline.members();
  for (const auto& member : found.members) {
    EXPECT(member.begin >= 0 && member.begin <= member.end);
    EXPECT(member.end <= static_cast<std::int64_t>(text.size()));
  }
  return found;
}

// The members of an object that the grammar accepts, by the grammar; false where a key comes twice.
bool by_grammar(const std::string& text, Outline& found) {
  fuzz::JsonRule rule(text, me::limit_of(me::Limit::json_depth));
  const auto skip = [&](std::size_t at) {
    while (at < text.size() && text[at] != '\0' && std::strchr(" \t\r\n", text[at])) at++;
    return at;
  };
  found.sound = true;
  std::size_t at = skip(skip(0) + 1);
  while (text[at] != '}') {
    const std::size_t key_end = rule.string_from(at);
    const std::string key = text.substr(at + 1, key_end - at - 2);
    for (const auto& member : found.members) {
      if (member.key == key) return false;
    }
    const std::size_t colon = skip(key_end);
    const std::size_t end = skip(rule.value_from(skip(colon + 1)));
    found.members.push_back(
        {key, static_cast<std::int64_t>(colon + 1), static_cast<std::int64_t>(end)});
    at = text[end] == ',' ? skip(end + 1) : end;
  }
  return true;
}

}  // namespace

// Bytes: the length of a piece, then the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t piece = 1 + static_cast<std::size_t>(input.byte());
  const std::string text = input.rest();
  Outline wanted = read(text, text.size() + 1);
  fuzz::at_every_level([&] {
    EXPECT(read(text, text.size() + 1) == wanted);
    EXPECT(read(text, piece) == wanted);
    EXPECT(read(text, 1) == wanted);
  });
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool grammar = fuzz::JsonRule(text, me::limit_of(me::Limit::json_depth)).whole_value();
  if (!grammar || (text[first] != '{' && text[first] != '[')) return 0;
  Outline expected;
  const bool once = text[first] == '[' || by_grammar(text, expected);
  EXPECT(wanted.sound == once);
  EXPECT(!once || wanted.is_array == (text[first] == '['));
  if (once && !wanted.is_array) EXPECT(wanted == expected);
  return 0;
}
