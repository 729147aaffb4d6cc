// Any bytes as COCO annotations: rows and refusals are the same in whatever pieces the text comes,
// at every CPU level; what was read is sound, and reads the same once written.
#include "base/error.h"
#include "engines.h"
#include "runs/coco_json.h"

namespace {

struct Found {
  me::Buffer<char> written;
  std::vector<std::int64_t> refused;  // positions among the annotations
  std::int64_t rows = 0;
  bool fault = false;

  bool operator==(const Found& other) const {
    return fault == other.fault &&
           (fault || (rows == other.rows && refused == other.refused &&
                      std::equal(written.begin(), written.end(), other.written.begin(),
                                 other.written.end())));
  }
};

template <class T>
bool are_offsets(const me::Buffer<T>& offsets, std::int64_t n, std::int64_t total) {
  if (offsets.size() != n + 1 || offsets[0] != 0 || offsets[n] != total) return false;
  for (std::int64_t i = 0; i < n; i++) {
    if (offsets[i] > offsets[i + 1]) return false;
  }
  return true;
}

void check(const me::AnnotationColumns& c) {
  const std::int64_t n = c.rows();
  EXPECT(c.id.size() == n && c.image_id.size() == n && c.category_id.size() == n);
  EXPECT(c.iscrowd.size() == n && c.style.size() == n && c.kind.size() == n);
  EXPECT(c.score.size() == n && c.area.size() == n && c.bbox.size() == 4 * n && c.runs.n() == n);
  const std::int64_t rings = c.ring_offsets.size() - 1;
  EXPECT(are_offsets(c.extra_offsets, n, c.extra.size()));
  EXPECT(are_offsets(c.ring_offsets, rings, c.coords.size() / 2) && c.coords.size() % 2 == 0);
  EXPECT(are_offsets(c.item_offsets, n, rings));
  EXPECT(are_offsets(c.runs.offsets, n, c.runs.counts.size()));
  for (std::int64_t i = 0; i < n; i++) {
    const auto kind = static_cast<me::Segmentation>(c.kind[i]);
    const bool runs = kind == me::Segmentation::text || kind == me::Segmentation::list;
    EXPECT(!runs || me::validate(c.runs.view()[i]).empty());
    EXPECT((c.present[i] & me::member::image_id) != 0);
    EXPECT(c.item_offsets[i] == c.item_offsets[i + 1] || kind == me::Segmentation::polygon);
  }
}

void write(const me::AnnotationColumns& c, me::Buffer<char>& out) {
  me::Buffer<std::int64_t> coord_offsets, ends;
  me::Buffer<std::int32_t> rings;
  for (std::int64_t i = 0; i <= c.rows(); i++) {
    coord_offsets.push_back(2 * c.ring_offsets[c.item_offsets[i]]);
  }
  for (std::int64_t r = 0; r + 1 < c.ring_offsets.size(); r++) {
    rings.push_back(static_cast<std::int32_t>(c.ring_offsets[r + 1] - c.ring_offsets[r]));
  }
  const me::AnnotationView view{c.rows(),
                                c.present.data(),
                                c.id.data(),
                                c.image_id.data(),
                                c.category_id.data(),
                                c.iscrowd.data(),
                                c.style.data(),
                                c.kind.data(),
                                c.score.data(),
                                c.area.data(),
                                c.bbox.data(),
                                c.coords.data(),
                                coord_offsets.data(),
                                rings.data(),
                                c.item_offsets.data(),
                                c.extra.data(),
                                c.extra_offsets.data(),
                                c.runs.view()};
  me::write_annotations(view, out, ends);
  EXPECT(ends.size() == c.rows());
}

// Reads as a file is read: a window of the text at a time, wider when it holds no annotation.
Found read(const std::string& text, std::int64_t window, std::int64_t rows) {
  Found found;
  me::IdSet seen;
  std::int64_t at = 0, done = 0, width = window;
  const auto size = static_cast<std::int64_t>(text.size());
  while (at < size) {
    const std::int64_t stop = std::min(size, at + width);
    const std::string part =
        text.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(stop - at));
    me::AnnotationColumns columns;
    try {
      columns = me::read_annotations(part.data(), stop - at, {rows, done == 0, stop == size}, seen);
    } catch (const me::Error& error) {
      EXPECT(error.kind == me::ErrorKind::bad_file);
      found.fault = true;
      return found;
    }
    check(columns);
    EXPECT(columns.next >= 0 && columns.next <= stop - at);
    for (const me::RefusedAnnotation& bad : columns.refused) {
      EXPECT(bad.begin >= 0 && bad.begin <= bad.end && bad.end <= stop - at && !bad.reason.empty());
      found.refused.push_back(done + bad.position);
    }
    const std::int64_t here = columns.rows() + static_cast<std::int64_t>(columns.refused.size());
    if (columns.rows() > 0) {
      if (found.rows > 0) found.written.append(",\n", 2);
      write(columns, found.written);
    }
    found.rows += columns.rows();
    done += here;
    at += columns.next;
    EXPECT(here > 0 || stop < size || at == size);
    width = here > 0 ? window : 2 * width;
  }
  return found;
}

}  // namespace

// Bytes: the window, then the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::int64_t window = 1 + input.byte();
  const std::string text = input.rest();
  const Found wanted = read(text, static_cast<std::int64_t>(size) + 1, INT64_MAX);
  fuzz::at_every_level([&] {
    EXPECT(read(text, static_cast<std::int64_t>(size) + 1, INT64_MAX) == wanted);
    EXPECT(read(text, window, INT64_MAX) == wanted);
    EXPECT(read(text, static_cast<std::int64_t>(size) + 1, 1 + window % 3) == wanted);
  });
  if (wanted.fault) return 0;
  const std::string once(wanted.written.begin(), wanted.written.end());
  const Found again = read(once, static_cast<std::int64_t>(once.size()) + 1, INT64_MAX);
  EXPECT(!again.fault && again.refused.empty() && again.rows == wanted.rows);
  EXPECT(once == std::string(again.written.begin(), again.written.end()));
  return 0;
}
