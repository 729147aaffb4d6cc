#include "runs/category_ids.h"

#include "runs/json_rows.h"

namespace me {
namespace {

struct CategoryRow {
  Buffer<std::int64_t> ids;
  bool has_id = false;
  std::int64_t id = 0;

  void begin() { has_id = false; }
  bool member(std::string_view key, JsonCursor& json) {
    if (key == "id") return has_id = read_integer(json, id);
    if (key == "name") return skip_text(json);
    json.value();
    return true;
  }
  bool end() {
    if (has_id) ids.push_back(id);
    return has_id;
  }
};

}  // namespace

std::optional<Buffer<std::int64_t>> category_ids(JsonSpan text) {
  CategoryRow row;
  if (!read_json_rows(text, row)) return std::nullopt;
  return std::move(row.ids);
}

}  // namespace me
