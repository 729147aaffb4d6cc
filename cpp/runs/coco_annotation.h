// Reads one COCO annotation at a time into the columns of coco_json.h.
#pragma once
#include <cstdint>

#include "base/json.h"
#include "runs/coco_json.h"

namespace me {

// The fields of the annotation being read; columns grow only by its variable-length parts.
struct AnnotationRow {
  std::uint16_t present = 0;
  std::uint16_t met = 0;  // members met, with or without a value for the column
  std::uint8_t iscrowd = 0, style = 0;
  std::int64_t id = 0, image_id = 0, category_id = 0;
  double score = 0, area = 0, bbox[4] = {0, 0, 0, 0};
  Segmentation kind = Segmentation::none;
  Size size;
};

class AnnotationReader {
 public:
  AnnotationReader(JsonCursor& cursor, AnnotationColumns& out) : json_(cursor), out_(out) {}

  AnnotationRow read();  // throws JsonFault; the columns may then hold a part of it

 private:
  void read_member(JsonSpan key);
  std::int64_t read_id(const char* name);
  double read_double(JsonSpan key, std::uint8_t style_bit, std::uint16_t bit);
  void read_iscrowd(JsonSpan key);
  void read_bbox(JsonSpan key);
  void read_segmentation(JsonSpan key);
  void read_rings(JsonSpan key);
  void read_ring(bool* whole_with_point, bool* whole_without);
  void read_rle(JsonSpan key);
  void read_size();
  void read_counts(bool* verbatim);
  void keep(JsonSpan key, JsonSpan value);

  JsonCursor& json_;
  AnnotationColumns& out_;
  AnnotationRow row_;
  std::int64_t extra_begin_ = 0;
};

// The bit of a member with a column, or 0.
std::uint16_t member_of(JsonSpan key);

}  // namespace me
