// Heights and widths of a table of images, without a Python object for each.
#pragma once
#include <optional>

#include "base/buffer.h"
#include "base/json.h"

namespace me {

struct ImageSizes {
  Buffer<std::int64_t> ids;
  Buffer<std::int64_t> sizes;  // height and width of each; -1 where it has none
};

// Those of an array of objects in which "id" is an integer, "height" and "width", if there, are
// integers or null, and "file_name" and "coco_url" texts or null; nothing for any other text, which
// a slower reader can say more about.
std::optional<ImageSizes> image_sizes(JsonSpan text);

}  // namespace me
