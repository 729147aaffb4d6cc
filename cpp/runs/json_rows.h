// Tables of JSON: an array of objects, read without a Python object for each.
#pragma once
#include <string_view>

#include "base/json.h"

namespace me {

// Calls row(member) for each object, where member(key, json) is to read the value of a member, and
// gives whether it is usual; and row.end() after it, likewise. False where anything is not, and for
// any other text, which a slower reader can say more about.
template <class Row>
bool read_json_rows(JsonSpan text, Row& row) {
  JsonCursor json(text.begin, text.end);
  const auto read_row = [&] {
    if (!json.take('{')) return false;
    row.begin();
    do {
      const JsonSpan span = json.string();
      const std::string_view key(span.begin, static_cast<std::size_t>(span.size()));
      if (key.find('\\') != std::string_view::npos) return false;
      json.expect(':', "after a key");
      if (!row.member(key, json)) return false;
    } while (json.take(','));
    return json.take('}') && row.end();
  };
  try {
    if (!json.take('[')) return false;
    if (json.peek() != ']') {
      do {
        if (!read_row()) return false;
      } while (json.take(','));
    }
    if (!json.take(']')) return false;
  } catch (const JsonFault&) {
    return false;
  }
  json.space();
  return json.at() == json.end() && is_utf8(text);
}

// Reads an integer of 64 bits; false where something else is next.
inline bool read_integer(JsonCursor& json, std::int64_t& to) {
  const char first = json.peek();
  if (first != '-' && (first < '0' || first > '9')) return false;
  const JsonNumber number = json.number();
  to = number.integer;
  return number.is_integer;
}

// Steps over a text or null; false where something else is next.
inline bool skip_text(JsonCursor& json) {
  if (json.peek() != '"') return json.literal("null");
  json.string();
  return true;
}

}  // namespace me
