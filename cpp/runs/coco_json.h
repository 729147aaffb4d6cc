// COCO annotations (instances, results, LVIS) <-> columns, without a Python object per annotation.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "base/id_set.h"
#include "runs/runs.h"

namespace me {

// How an annotation writes its mask.
enum class Segmentation : std::uint8_t { none = 0, polygon = 1, text = 2, list = 3 };

// The members that have a column. Anything else, and a member whose value its column cannot hold
// to the letter, is kept verbatim in `extra`, which wins when the annotation is written.
namespace member {
inline constexpr std::uint16_t id = 1, image_id = 2, category_id = 4, iscrowd = 8, score = 16,
                               area = 32, bbox = 64, segmentation = 128;
}  // namespace member

// Bits of `style`: whole numbers of this member are written with a point ("3.0").
namespace style {
inline constexpr std::uint8_t score = 1, area = 2, bbox = 4, polygon = 8;
}  // namespace style

struct RefusedAnnotation {
  std::int64_t begin, end;  // its bytes in the text
  std::int64_t position;    // its number among the annotations of the text, refused ones included
  std::int64_t id;          // when has_id
  bool has_id;
  std::string reason;
};

// One row per sound annotation.
struct AnnotationColumns {
  Buffer<std::uint16_t> present;  // bits of `member`: has a value in its column
  Buffer<std::int64_t> id, image_id, category_id;
  Buffer<std::uint8_t> iscrowd, style, kind;
  Buffer<double> score, area, bbox;  // bbox: 4 per row
  Runs runs;                         // counts of text and list; none for other rows

  Buffer<char> extra;                  // a JSON object, or empty
  Buffer<double> coords;               // the polygons as numbers: x, y, x, y, ...
  Buffer<std::int64_t> extra_offsets;  // rows + 1, in bytes
  Buffer<std::int64_t> ring_offsets;   // rings + 1, in vertices
  Buffer<std::int64_t> item_offsets;   // rows + 1, in rings
  std::vector<RefusedAnnotation> refused;
  std::int64_t next = 0;  // how far the text was read

  AnnotationColumns() {
    for (auto* offsets : {&extra_offsets, &ring_offsets, &item_offsets}) {
      offsets->push_back(0);
    }
  }
  std::int64_t rows() const { return present.size(); }
};

struct AnnotationLimits {
  std::int64_t rows;  // annotations to read, refused ones included
  bool first;         // nothing of the array was read before
  bool final;         // the text reaches to the end of the array
};

// Reads annotations from `text`, a part of the inside of a JSON array, up to the last one that is
// complete in it. `seen` holds the ids so far: a repeated one is refused. Throws
// ErrorKind::bad_file when what stands between annotations is no JSON.
AnnotationColumns read_annotations(const char* text, std::int64_t length,
                                   const AnnotationLimits& limits, IdSet& seen);

// The columns that write_annotations needs; `runs` has a row for each annotation.
struct AnnotationView {
  std::int64_t n;
  const std::uint16_t* present;
  const std::int64_t *id, *image_id, *category_id;
  const std::uint8_t *iscrowd, *style, *kind;
  const double *score, *area, *bbox;
  const double* coords;
  const std::int64_t* coord_offsets;  // n + 1
  const std::int32_t* rings;          // vertices of each ring
  const std::int64_t* ring_offsets;   // n + 1
  const char* extra;
  const std::int64_t* extra_offsets;  // n + 1
  RunsView runs;
};

// Appends the annotations as JSON objects, one a line, with "," between them; `ends` gets where
// each of them ends.
void write_annotations(const AnnotationView& rows, Buffer<char>& out, Buffer<std::int64_t>& ends);

}  // namespace me
