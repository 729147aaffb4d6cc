// A label map of any integer type and stride -> where labels begin in its columns.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/buffer.h"
#include "base/numbering.h"
#include "runs/row_lines.h"

namespace me {

struct LabelStart {
  static constexpr std::uint32_t background = UINT32_MAX;

  std::uint32_t y, number;
};

// What begins in each of some columns, from top to bottom: those of column k are
// [ends[k], ends[k + 1]).
struct LabelStarts {
  Buffer<LabelStart> starts;
  Buffer<std::int64_t> ends;

  // Calls take(column, start, stop) for each stretch.
  template <class Take>
  void for_each(std::int64_t height, Take take) const {
    for (std::int64_t x = 0; x + 1 < ends.size(); x++) {
      for (std::int64_t k = ends[x]; k < ends[x + 1]; k++) {
        const bool last = k + 1 == ends[x + 1];
        take(x, starts[k], last ? static_cast<std::uint32_t>(height) : starts[k + 1].y);
      }
    }
  }
};

// Reads maps, or a strip of columns of one after another, so that events stay in the caches.
class LabelEvents {
 public:
  static constexpr std::int64_t strip_columns = 512;

  // Labels that have no number get one.
  LabelStarts read(const DenseItem& map, Numbering& labels);

 private:
  // A number begins at (x, y).
  struct Event {
    std::uint32_t x, y, number;
  };

  void find(const DenseItem& map, Numbering& labels);
  void add(const char* row, std::int64_t y, const std::uint32_t* places, std::int64_t n,
           std::int64_t bytes, Numbering& labels);
  LabelStarts sorted_by_column(std::int64_t width) const;

  Buffer<Event> events_;
};

// Columns [x, x + n) of a map, or fewer at its right edge.
inline DenseItem columns_from(DenseItem map, std::int64_t x, std::int64_t n) {
  map.data += x * map.column_stride;
  map.size.width = std::min(n, map.size.width - x);
  return map;
}

// The numbers of labels, in the order of these.
Buffer<std::uint32_t> label_order(const Numbering& labels, Element element);

}  // namespace me
