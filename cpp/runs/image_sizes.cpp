#include "runs/image_sizes.h"

#include "runs/json_rows.h"

namespace me {
namespace {

struct ImageRow {
  ImageSizes images;
  bool has_id = false;
  std::int64_t id = 0, height = -1, width = -1;

  void begin() {
    has_id = false;
    height = width = -1;
  }
  bool member(std::string_view key, JsonCursor& json) {
    if (key == "id") return has_id = read_integer(json, id);
    if (key == "height") return read_side(json, height);
    if (key == "width") return read_side(json, width);
    if (key == "file_name" || key == "coco_url") return skip_text(json);
    json.value();
    return true;
  }
  bool end() {
    if (!has_id) return false;
    images.ids.push_back(id);
    images.sizes.push_back(height);
    images.sizes.push_back(width);
    return true;
  }

 private:
  static bool read_side(JsonCursor& json, std::int64_t& to) {
    if (json.peek() != 'n') return read_integer(json, to);
    to = -1;
    return json.literal("null");
  }
};

}  // namespace

std::optional<ImageSizes> image_sizes(JsonSpan text) {
  ImageRow row;
  if (!read_json_rows(text, row)) return std::nullopt;
  return std::move(row.images);
}

}  // namespace me
