#include "runs/coco_json.h"

#include "base/error.h"
#include "base/json.h"
#include "runs/coco_annotation.h"

namespace me {
namespace {

// Lengths to go back to when an annotation turns out bad.
struct Mark {
  explicit Mark(const AnnotationColumns& c)
      : coords(c.coords.size()),
        rings(c.ring_offsets.size()),
        counts(c.runs.counts.size()),
        extra(c.extra.size()) {}
  void restore(AnnotationColumns& c) const {
    c.coords.truncate(coords);
    c.ring_offsets.truncate(rings);
    c.runs.counts.truncate(counts);
    c.extra.truncate(extra);
  }
  std::int64_t coords, rings, counts, extra;
};

void push(const AnnotationRow& row, AnnotationColumns& out) {
  out.present.push_back(row.present);
  out.id.push_back(row.id);
  out.image_id.push_back(row.image_id);
  out.category_id.push_back(row.category_id);
  out.iscrowd.push_back(row.iscrowd);
  out.style.push_back(row.style);
  out.kind.push_back(static_cast<std::uint8_t>(row.kind));
  out.score.push_back(row.score);
  out.area.push_back(row.area);
  out.bbox.append(row.bbox, 4);
  out.item_offsets.push_back(out.ring_offsets.size() - 1);
  out.runs.end_item(row.size);
  out.extra_offsets.push_back(out.extra.size());
}

// The id of an annotation that is not sound, for the report.
bool find_id(const char* begin, const char* end, std::int64_t* id) {
  try {
    JsonCursor json(begin, end);
    json.expect('{', "");
    do {
      const JsonSpan key = json.string();
      json.expect(':', "");
      if (member_of(key) == member::id) {
        const JsonNumber number = json.number();
        *id = number.integer;
        return number.is_integer;
      }
      const char* next = skip_bracketed(json.at(), end);
      if (next == nullptr) return false;
      json = JsonCursor(next, end);
    } while (json.take(','));
  } catch (const JsonFault&) {
  }
  return false;
}

}  // namespace

AnnotationColumns read_annotations(const char* text, std::int64_t length,
                                   const AnnotationLimits& limits, IdSet& seen) {
  AnnotationColumns out;
  // A coordinate takes about eight characters. Memory that is not needed is never touched, and a
  // buffer that grows is moved over and over.
  out.coords.reserve(length / 8);
  const char* const end = text + length;
  JsonCursor json(text, end);
  std::int64_t done = 0;
  bool first = limits.first;
  while (done < limits.rows) {
    out.next = json.at() - text;
    if (json.peek() == '\0' && json.at() == end) {
      if (limits.final) out.next = length;
      break;
    }
    if (!first && !json.take(',')) {
      throw Error(ErrorKind::bad_file, "file", "expected ',' between annotations", out.next);
    }
    json.space();
    const char* const begin = json.at();
    const Mark mark(out);
    std::string reason;
    AnnotationRow row;
    try {
      row = AnnotationReader(json, out).read();
      if ((row.present & member::id) != 0 && !seen.add(row.id)) reason = "its id was used before";
    } catch (const JsonFault& fault) {
      if (fault.ran_out && !limits.final) {
        mark.restore(out);
        break;
      }
      reason = fault.text;
    }
    if (reason.empty()) {
      push(row, out);
    } else {
      mark.restore(out);
      const char* after = skip_bracketed(begin, end);
      if (after == nullptr && !limits.final) break;
      if (after == nullptr) after = end;
      RefusedAnnotation bad{begin - text, after - text, done, 0, false, reason};
      bad.has_id = find_id(begin, after, &bad.id);
      out.refused.push_back(bad);
      json = JsonCursor(after, end);
    }
    first = false;
    done++;
    out.next = json.at() - text;
  }
  return out;
}

}  // namespace me
