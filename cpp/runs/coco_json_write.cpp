#include <cstring>

#include "base/error.h"
#include "base/json.h"
#include "runs/coco_json.h"
#include "runs/coco_text.h"

namespace me {
namespace {

// Which members `extra` holds: they are written from there.
std::uint16_t members_in(JsonSpan extra) {
  std::uint16_t met = 0;
  if (extra.size() == 0) return met;
  JsonCursor json(extra.begin, extra.end);
  static constexpr struct {
    const char* name;
    std::uint16_t bit;
  } names[] = {{"id", member::id},
               {"image_id", member::image_id},
               {"category_id", member::category_id},
               {"iscrowd", member::iscrowd},
               {"score", member::score},
               {"area", member::area},
               {"bbox", member::bbox},
               {"segmentation", member::segmentation}};
  json.expect('{', "as the start of 'extra'");
  do {
    const JsonSpan key = json.string();
    json.expect(':', "after a key");
    for (const auto& name : names) {
      if (std::string(key.begin, key.end) == name.name) met |= name.bit;
    }
    json.value();
  } while (json.take(','));
  json.expect('}', "as the end of 'extra'");
  return met;
}

class AnnotationWriter {
 public:
  AnnotationWriter(const AnnotationView& rows, Buffer<char>& out) : rows_(rows), out_(out) {}

  void write(std::int64_t i) {
    const JsonSpan extra{rows_.extra + rows_.extra_offsets[i],
                         rows_.extra + rows_.extra_offsets[i + 1]};
    const auto has = static_cast<std::uint16_t>(rows_.present[i] & ~members_in(extra));
    first_ = true;
    out_.push_back('{');
    if ((has & member::id) != 0) integer("\"id\":", rows_.id[i]);
    if ((has & member::image_id) != 0) integer("\"image_id\":", rows_.image_id[i]);
    if ((has & member::category_id) != 0) integer("\"category_id\":", rows_.category_id[i]);
    if ((has & member::segmentation) != 0) segmentation(i);
    if ((has & member::area) != 0) {
      number("\"area\":", rows_.area[i], (rows_.style[i] & style::area) != 0);
    }
    if ((has & member::bbox) != 0) bbox(i);
    if ((has & member::iscrowd) != 0) integer("\"iscrowd\":", rows_.iscrowd[i]);
    if ((has & member::score) != 0) {
      number("\"score\":", rows_.score[i], (rows_.style[i] & style::score) != 0);
    }
    if (extra.size() > 0) {
      key("");
      out_.append(extra.begin + 1, extra.size() - 2);
    }
    out_.push_back('}');
  }

 private:
  void text(const char* characters) {
    out_.append(characters, static_cast<std::int64_t>(std::strlen(characters)));
  }
  void key(const char* quoted) {
    if (!first_) out_.push_back(',');
    first_ = false;
    text(quoted);
  }
  void integer(const char* quoted, std::int64_t value) {
    key(quoted);
    append_integer(value, out_);
  }
  void number(const char* quoted, double value, bool point) {
    key(quoted);
    append_number(value, point, out_);
  }
  void bbox(std::int64_t i) {
    key("\"bbox\":[");
    for (int k = 0; k < 4; k++) {
      if (k > 0) out_.push_back(',');
      append_number(rows_.bbox[4 * i + k], (rows_.style[i] & style::bbox) != 0, out_);
    }
    out_.push_back(']');
  }
  void segmentation(std::int64_t i) {
    key("\"segmentation\":");
    if (rows_.kind[i] == static_cast<std::uint8_t>(Segmentation::polygon)) {
      rings(i);
      return;
    }
    const RunList runs = rows_.runs[i];
    text("{\"size\":[");
    append_integer(runs.size.height, out_);
    out_.push_back(',');
    append_integer(runs.size.width, out_);
    text("],\"counts\":");
    counts(runs, rows_.kind[i] == static_cast<std::uint8_t>(Segmentation::text));
    out_.push_back('}');
  }
  void rings(std::int64_t i) {
    const bool point = (rows_.style[i] & style::polygon) != 0;
    const double* next = rows_.coords + rows_.coord_offsets[i];
    const double* const end = rows_.coords + rows_.coord_offsets[i + 1];
    out_.push_back('[');
    for (std::int64_t r = rows_.ring_offsets[i]; r < rows_.ring_offsets[i + 1]; r++) {
      if (r > rows_.ring_offsets[i]) out_.push_back(',');
      out_.push_back('[');
      const std::int64_t n = 2 * std::int64_t{rows_.rings[r]};
      if (n < 0 || n > end - next) {
        throw Error(ErrorKind::bad_file, "rings", "expected rings that share out the coords", i);
      }
      for (std::int64_t k = 0; k < n; k++) {
        if (k > 0) out_.push_back(',');
        append_number(next[k], point, out_);
      }
      next += n;
      out_.push_back(']');
    }
    out_.push_back(']');
  }
  void counts(const RunList& runs, bool compressed) {
    if (!compressed) {
      out_.push_back('[');
      for (std::int64_t k = 0; k < runs.n; k++) {
        if (k > 0) out_.push_back(',');
        append_integer(runs.counts[k], out_);
      }
      out_.push_back(']');
      return;
    }
    scratch_.clear();
    append_coco_text(runs, scratch_);
    out_.push_back('"');
    for (const char c : scratch_) {
      if (c == '\\') out_.push_back('\\');  // the one character of the text that JSON escapes
      out_.push_back(c);
    }
    out_.push_back('"');
  }

  const AnnotationView& rows_;
  Buffer<char>& out_;
  Buffer<char> scratch_;
  bool first_ = true;
};

}  // namespace

void write_annotations(const AnnotationView& rows, Buffer<char>& out, Buffer<std::int64_t>& ends) {
  AnnotationWriter writer(rows, out);
  for (std::int64_t i = 0; i < rows.n; i++) {
    if (i > 0) {
      out.push_back(',');
      out.push_back('\n');
    }
    try {
      writer.write(i);
    } catch (const JsonFault& fault) {
      throw Error(ErrorKind::bad_file, "annotations", fault.text, i);
    }
    ends.push_back(out.size());
  }
}

}  // namespace me
