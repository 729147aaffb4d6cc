// Tables of images: usual ones are read, others left to a slower reader.
#include <string>
#include <vector>

#include "check.h"
#include "runs/image_sizes.h"

namespace {

using Rows = std::vector<std::int64_t>;  // id, height and width of each

Rows rows_of(const std::string& text) {
  const auto images = me::image_sizes({text.data(), text.data() + text.size()});
  if (!images) return {-999};
  Rows rows;
  for (std::int64_t i = 0; i < images->ids.size(); i++) {
    rows.insert(rows.end(), {images->ids[i], images->sizes[2 * i], images->sizes[2 * i + 1]});
  }
  return rows;
}

}  // namespace

ME_TEST(sizes_of_usual_tables) {
  CHECK(rows_of("[]").empty());
  CHECK(rows_of(R"([{"id": 7, "width": 4, "height": 3, "file_name": "a.jpg", "x": [1.5]}])") ==
        (Rows{7, 3, 4}));
  CHECK(rows_of(R"( [{"id":-1} , {"coco_url":null,"height":null,"width":5,"id":2}] )") ==
        (Rows{-1, -1, -1, 2, -1, 5}));
  CHECK(rows_of(R"([{"id": 1, "width": 4, "width": 5, "height": 6, "id": 2}])") == (Rows{2, 6, 5}));
}

ME_TEST(other_tables_of_images_are_left) {
  for (const char* text :
       {"", "{}", "[1]", "[{}]", R"([{"width": 1, "height": 2}])", R"([{"id": "1"}])",
        R"([{"id": 1, "width": 4.0}])", R"([{"id": 1, "height": "4"}])",
        R"([{"id": 1, "file_name": 4}])", R"([{"id": 1, "coco_url": []}])",
        R"([{"id": 9223372036854775808}])", R"([{"id": 1, "w\u0069dth": 5}])", R"([{"id": 1}] x)",
        R"([{"id": 1, "height": nul}])", "[{\"id\": 1, \"x\": \"\xff\"}]"}) {
    CHECK(rows_of(text) == Rows{-999});
  }
}
