#include "runs/coco_annotation.h"

#include <cmath>
#include <cstring>
#include <string>

#include "runs/coco_text.h"

namespace me {
namespace {

// Coordinates beyond this are no place in an image.
constexpr double coordinate_limit = 2147483648.0;

}  // namespace

std::uint16_t member_of(JsonSpan key) {
  const auto is = [&key](const char* name, std::size_t length) {
    return static_cast<std::size_t>(key.size()) == length &&
           std::memcmp(key.begin, name, length) == 0;
  };
  if (is("segmentation", 12)) return member::segmentation;
  if (is("area", 4)) return member::area;
  if (is("bbox", 4)) return member::bbox;
  if (is("id", 2)) return member::id;
  if (is("image_id", 8)) return member::image_id;
  if (is("category_id", 11)) return member::category_id;
  if (is("iscrowd", 7)) return member::iscrowd;
  if (is("score", 5)) return member::score;
  return 0;
}

AnnotationRow AnnotationReader::read() {
  extra_begin_ = out_.extra.size();
  if (json_.peek() != '{') json_.fail("expected an annotation, a JSON object");
  json_.take('{');
  if (!json_.take('}')) {
    do {
      json_.space();
      const JsonSpan key = json_.string();
      json_.expect(':', "after a key");
      try {
        read_member(key);
      } catch (JsonFault& fault) {
        fault.text = "'" + std::string(key.begin, key.end).substr(0, 64) + "': " + fault.text;
        throw;
      }
    } while (json_.take(','));
    json_.expect('}', "or ',' after a member");
  }
  if ((row_.present & member::image_id) == 0) json_.fail("expected a member 'image_id'");
  if (out_.extra.size() > extra_begin_) {
    out_.extra.push_back('}');
    if (!is_utf8({out_.extra.data() + extra_begin_, out_.extra.end()})) json_.fail("not UTF-8");
  }
  return row_;
}

void AnnotationReader::keep(JsonSpan key, JsonSpan value) {
  out_.extra.push_back(out_.extra.size() == extra_begin_ ? '{' : ',');
  out_.extra.push_back('"');
  out_.extra.append(key.begin, key.size());
  out_.extra.append("\":", 2);
  out_.extra.append(value.begin, value.size());
}

void AnnotationReader::read_member(JsonSpan key) {
  const std::uint16_t bit = member_of(key);
  if ((row_.met & bit) != 0) json_.fail("the key comes twice");
  row_.met |= bit;
  switch (bit) {
    case member::id:
      row_.id = read_id("id");
      row_.present |= bit;
      break;
    case member::image_id:
      row_.image_id = read_id("image_id");
      row_.present |= bit;
      break;
    case member::category_id: {
      JsonCursor ahead = json_;
      if (ahead.literal("null")) return keep(key, json_.value());
      row_.category_id = read_id("category_id");
      row_.present |= bit;
      break;
    }
    case member::iscrowd:
      return read_iscrowd(key);
    case member::score:
      row_.score = read_double(key, style::score, bit);
      break;
    case member::area:
      row_.area = read_double(key, style::area, bit);
      break;
    case member::bbox:
      return read_bbox(key);
    case member::segmentation:
      return read_segmentation(key);
    default:
      keep(key, json_.value());
  }
}

std::int64_t AnnotationReader::read_id(const char* name) {
  const char next = json_.peek();
  if (next != '-' && (next < '0' || next > '9')) {
    json_.fail(std::string("expected an integer as ") + name);
  }
  const JsonNumber number = json_.number();
  if (!number.is_integer) {
    json_.fail(std::string("expected a 64-bit integer as ") + name);
  }
  return number.integer;
}

double AnnotationReader::read_double(JsonSpan key, std::uint8_t style_bit, std::uint16_t bit) {
  json_.space();
  const char* const begin = json_.at();
  if (json_.literal("null")) {
    keep(key, {begin, json_.at()});
    return 0;
  }
  const JsonNumber number = json_.number();
  if (!number.is_integer && std::trunc(number.value) == number.value) row_.style |= style_bit;
  if (!number.is_exact && std::trunc(number.value) == number.value) keep(key, {begin, json_.at()});
  row_.present |= bit;
  return number.value;
}

void AnnotationReader::read_iscrowd(JsonSpan key) {
  json_.space();
  const char* const begin = json_.at();
  const bool yes = json_.literal("true");
  if (yes || json_.literal("false") || json_.literal("null")) {
    row_.iscrowd = yes ? 1 : 0;
    if (*begin != 'n') row_.present |= member::iscrowd;
    return keep(key, {begin, json_.at()});
  }
  const JsonNumber number = json_.number();
  if (!number.is_integer || (number.integer != 0 && number.integer != 1)) {
    json_.fail("expected 0 or 1");
  }
  row_.iscrowd = static_cast<std::uint8_t>(number.integer);
  row_.present |= member::iscrowd;
}

void AnnotationReader::read_bbox(JsonSpan key) {
  json_.space();
  const char* const begin = json_.at();
  if (json_.literal("null")) return keep(key, {begin, json_.at()});
  json_.expect('[', "as the start of 'bbox'");
  if (json_.take(']')) return keep(key, {begin, json_.at()});
  bool exact = true;
  bool with_point = false;
  bool without = false;
  for (int i = 0; i < 4; i++) {
    if (i > 0) json_.expect(',', "between four numbers");
    const JsonNumber number = json_.number();
    const bool whole = std::trunc(number.value) == number.value;
    if (whole) (number.is_integer ? without : with_point) = true;
    exact = exact && (number.is_exact || !whole);
    row_.bbox[i] = number.value;
  }
  json_.expect(']', "after four numbers");
  row_.present |= member::bbox;
  if (with_point) row_.style |= style::bbox;
  if (!exact || (with_point && without)) keep(key, {begin, json_.at()});
}

void AnnotationReader::read_segmentation(JsonSpan key) {
  const char next = json_.peek();
  const char* const begin = json_.at();
  if (next == '[') {
    read_rings(key);
  } else if (next == '{') {
    read_rle(key);
  } else if (json_.literal("null")) {
    return keep(key, {begin, json_.at()});
  } else {
    json_.fail("expected polygons or run lengths");
  }
  row_.present |= member::segmentation;
}

void AnnotationReader::read_rings(JsonSpan key) {
  json_.space();
  const char* const begin = json_.at();
  row_.kind = Segmentation::polygon;
  bool whole_with_point = false;
  bool whole_without = false;
  json_.take('[');
  if (!json_.take(']')) {
    do read_ring(&whole_with_point, &whole_without);
    while (json_.take(','));
    json_.expect(']', "or ',' after a ring");
  }
  if (whole_with_point) row_.style |= style::polygon;
  if (whole_with_point && whole_without) keep(key, {begin, json_.at()});
}

void AnnotationReader::read_ring(bool* whole_with_point, bool* whole_without) {
  json_.expect('[', "as the start of a ring");
  const std::int64_t before = out_.coords.size();
  if (!json_.take(']')) {
    do {
      json_.decimals(out_.coords, whole_with_point, whole_without);
      bool has_point = false;
      const double value = json_.decimal(&has_point);
      if (!(std::fabs(value) <= coordinate_limit)) json_.fail("a coordinate beyond 2^31");
      if (static_cast<double>(static_cast<std::int64_t>(value)) == value) {
        *(has_point ? whole_with_point : whole_without) = true;
      }
      out_.coords.push_back(value);
    } while (json_.take(','));
    json_.expect(']', "or ',' after a number of a ring");
  }
  const std::int64_t n = out_.coords.size() - before;
  if (n % 2 != 0 || n < 6) {
    json_.fail("expected rings of x, y pairs with at least three vertices, got " +
               std::to_string(n) + " numbers");
  }
  out_.ring_offsets.push_back(out_.coords.size() / 2);
}

void AnnotationReader::read_rle(JsonSpan key) {
  const char* const begin = json_.at();
  bool verbatim = false;
  bool has_size = false;
  bool has_counts = false;
  const std::int64_t before = out_.runs.counts.size();
  json_.take('{');
  if (!json_.take('}')) {
    do {
      const JsonSpan name = json_.string();
      json_.expect(':', "after a key");
      const std::string word(name.begin, name.end);
      if (word == "size" && !has_size) {
        read_size();
        has_size = true;
      } else if (word == "counts" && !has_counts) {
        read_counts(&verbatim);
        has_counts = true;
      } else {
        json_.value();
        verbatim = true;
      }
    } while (json_.take(','));
    json_.expect('}', "or ',' after a member");
  }
  if (!has_size || !has_counts) json_.fail("expected 'size' and 'counts'");
  const std::string reason =
      validate({out_.runs.counts.data() + before, out_.runs.counts.size() - before, row_.size});
  if (!reason.empty()) json_.fail(reason);
  if (verbatim) keep(key, {begin, json_.at()});
}

void AnnotationReader::read_size() {
  json_.expect('[', "as the start of 'size'");
  const std::int64_t height = read_id("size");
  json_.expect(',', "between height and width");
  const std::int64_t width = read_id("size");
  json_.expect(']', "after height and width");
  row_.size = {height, width};
}

void AnnotationReader::read_counts(bool* verbatim) {
  if (json_.take('[')) {
    row_.kind = Segmentation::list;
    if (json_.take(']')) return;
    do {
      const JsonNumber number = json_.number();
      if (!number.is_integer || number.integer < 0 || number.integer > UINT32_MAX) {
        json_.fail("expected counts that are integers in [0, 4294967295]");
      }
      out_.runs.counts.push_back(static_cast<std::uint32_t>(number.integer));
    } while (json_.take(','));
    return json_.expect(']', "or ',' after a count");
  }
  row_.kind = Segmentation::text;
  const JsonSpan quoted = json_.string();
  Buffer<char> text;
  append_unescaped(quoted, text);
  const std::int64_t before = out_.runs.counts.size();
  const std::string reason = parse_coco_text(text.data(), text.size(), out_.runs.counts);
  if (!reason.empty()) json_.fail("'counts': " + reason);
  Buffer<char> again;
  append_coco_text({out_.runs.counts.data() + before, out_.runs.counts.size() - before, {}}, again);
  *verbatim = *verbatim || again.size() != text.size() ||
              (!text.empty() &&
               std::memcmp(again.data(), text.data(), static_cast<std::size_t>(text.size())) != 0);
}

}  // namespace me
