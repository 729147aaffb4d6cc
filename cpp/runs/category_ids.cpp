#include "runs/category_ids.h"

#include <string_view>

namespace me {
namespace {

// Reads one object; false where it is not as it should be.
bool read_category(JsonCursor& json, Buffer<std::int64_t>& ids) {
  if (!json.take('{')) return false;
  bool has_id = false;
  std::int64_t id = 0;
  do {
    const JsonSpan span = json.string();
    const std::string_view key(span.begin, static_cast<std::size_t>(span.size()));
    if (key.find('\\') != std::string_view::npos) return false;
    json.expect(':', "after a key");
    if (key == "id") {
      const char first = json.peek();
      if (first != '-' && (first < '0' || first > '9')) return false;
      const JsonNumber number = json.number();
      if (!number.is_integer) return false;
      id = number.integer;
      has_id = true;
    } else if (key == "name" && json.peek() != '"') {
      if (!json.literal("null")) return false;
    } else {
      json.value();
    }
  } while (json.take(','));
  if (!has_id || !json.take('}')) return false;
  ids.push_back(id);
  return true;
}

}  // namespace

std::optional<Buffer<std::int64_t>> category_ids(JsonSpan text) {
  Buffer<std::int64_t> ids;
  JsonCursor json(text.begin, text.end);
  try {
    if (!json.take('[')) return std::nullopt;
    if (json.peek() != ']') {
      do {
        if (!read_category(json, ids)) return std::nullopt;
      } while (json.take(','));
    }
    if (!json.take(']')) return std::nullopt;
  } catch (const JsonFault&) {
    return std::nullopt;
  }
  json.space();
  if (json.at() != json.end() || !is_utf8(text)) return std::nullopt;
  return ids;
}

}  // namespace me
