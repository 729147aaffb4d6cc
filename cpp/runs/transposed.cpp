// Along a row the value changes at x where pixel (x, y) differs from (x-1, y). In the column-major
// order the mask of these changes is the mask XOR the mask moved by one column, and its stretches
// follow from the sorted ends of runs alone. Each stretch says "rows [begin, end) change at x";
// filing them by row (by band of rows, where the mask is tall and has few runs) gives the result.
#include "runs/transposed.h"

#include <algorithm>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/limits.h"
#include "base/sort_polling.h"
#include "base/tuning.h"
#include "runs/span_writer.h"
#include "runs/transposed_bits.h"

namespace me {
namespace {

// Rows [begin, end) change at column edge x in [0, width].
struct Change {
  std::uint32_t x, begin, end;
};

class ChangeList {
 public:
  // `to` has room for a change per call of add(), and for one more per call or column.
  ChangeList(std::int64_t height, Change* to) : height_(height), to_(to) {}

  // Adds positions [begin, end), at most one column long; in order of `begin`.
  void add(std::int64_t begin, std::int64_t end) {
    if (begin == end) return;
    if (begin - column_ >= height_) {
      column_ += height_;
      x_++;
      if (begin - column_ >= height_) {
        const std::int64_t columns = (begin - column_) / height_;
        column_ += columns * height_;
        x_ += columns;
      }
    }
    const std::int64_t top = begin - column_;
    const std::int64_t bottom = end - column_;
    put(x_, top, std::min(bottom, height_));
    if (bottom > height_) put(x_ + 1, 0, bottom - height_);
  }

  const Change* end() const { return to_; }

 private:
  void put(std::int64_t x, std::int64_t begin, std::int64_t end) {
    *to_++ = {static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(begin),
              static_cast<std::uint32_t>(end)};
  }

  std::int64_t height_;
  std::int64_t column_ = 0;  // position of the first pixel of column x_
  std::int64_t x_ = 0;
  Change* to_;
};

// The sorted positions at which the value changes, and two sentinels. Even in number.
Buffer<std::int64_t> toggles_of(const RunList& runs) {
  const std::int64_t area = runs.size.area();
  const std::int64_t n = runs.n - runs.n % 2;
  Buffer<std::int64_t> toggles(n + 2);
  std::int64_t position = 0;
  for (std::int64_t i = 0; i < n; i++) {
    position = std::min(position + std::int64_t{runs.counts[i]}, area);
    toggles[i] = position;
  }
  toggles[n] = toggles[n + 1] = INT64_MAX / 2;
  return toggles;
}

Buffer<Change> changes_of(const RunList& runs) {
  const std::int64_t height = runs.size.height;
  const Buffer<std::int64_t> toggles = toggles_of(runs);
  const std::int64_t n = toggles.size() - 2;
  // n calls of add(), each of which takes two of 2 n toggles; at the end of a column one may be
  // cut.
  Buffer<Change> changes(n + std::min(n, runs.size.width));
  ChangeList list(height, changes.data());
  const std::int64_t* here = toggles.data();
  const std::int64_t* moved = toggles.data();
  const std::int64_t* const end = toggles.data() + n;
  std::int64_t a = here[0];
  std::int64_t b = moved[0] + height;
  const auto take = [&] {
    const bool first = a <= b;
    const std::int64_t taken = first ? a : b;
    if (first) {
      a = *++here;
    } else {
      b = *++moved + height;
    }
    return taken;
  };
  while (moved != end) {  // the moved toggles end last
    const std::int64_t next_a = here[1];
    const std::int64_t next_b = moved[1] + height;
    const std::int64_t low = std::min(a, b);
    const std::int64_t high = std::max(a, b);
    if (next_a >= high && next_b >= high) {  // an edge of the outline goes on to the next column
      list.add(low, high);
      a = next_a;
      b = next_b;
      here++;
      moved++;
    } else {
      const std::int64_t begin = take();
      list.add(begin, take());
    }
  }
  changes.truncate(list.end() - changes.data());
  return changes;
}

// Replaces rows by bands: rows that no change tells apart. Returns where each band begins, and the
// end of the last.
Buffer<std::uint32_t> make_bands(Buffer<Change>& changes) {
  Buffer<std::uint32_t> edges(2 * changes.size());
  for (std::int64_t i = 0; i < changes.size(); i++) {
    edges[2 * i] = changes[i].begin;
    edges[2 * i + 1] = changes[i].end;
  }
  sort_polling(edges.begin(), edges.end());
  edges.truncate(std::unique(edges.begin(), edges.end()) - edges.begin());
  const auto band = [&edges](std::uint32_t row) {
    return static_cast<std::uint32_t>(std::lower_bound(edges.begin(), edges.end(), row) -
                                      edges.begin());
  };
  for (Change& change : changes) {
    change.begin = band(change.begin);
    change.end = band(change.end);
  }
  return edges;
}

// The column edges at which the rows of each band change, band after band; those of band k end at
// ends[k].
struct Filed {
  Buffer<std::uint32_t> x;
  Buffer<std::uint32_t> ends;
};

Filed file_by_band(const Buffer<Change>& changes, std::int64_t bands, std::int64_t limit) {
  Filed filed;
  filed.ends.resize(bands + 1);
  std::fill(filed.ends.begin(), filed.ends.end(), 0u);
  std::int64_t total = 0;
  for (const Change& change : changes) {
    filed.ends[change.begin]++;
    filed.ends[change.end]--;
    total += change.end - change.begin;
  }
  if (total > limit) throw LimitError(Limit::mask_runs, total, "masks");
  std::uint32_t in_band = 0;
  std::uint32_t next = 0;
  for (std::int64_t k = 0; k < bands; k++) {  // from differences to where each band starts
    in_band += filed.ends[k];
    filed.ends[k] = next;
    next += in_band;
  }
  filed.x.resize(total);
  std::uint32_t* x = filed.x.data();
  std::uint32_t* ends = filed.ends.data();
  constexpr std::int64_t often = 4096;  // most changes are of a row or two
  std::int64_t filed_since = 0;
  for (const Change& change : changes) {
    for (std::uint32_t k = change.begin; k < change.end; k++) x[ends[k]++] = change.x;
    filed_since += change.end - change.begin;
    if (filed_since < often) continue;
    poll(static_cast<double>(filed_since));
    filed_since = 0;
  }
  return filed;
}

// Writes the row whose pixels take the positions [start, start + width) of the result.
void write_row(const std::uint32_t* x, std::int64_t n, std::int64_t start, std::int64_t width,
               bool backwards, SpanWriter& writer) {
  if (backwards) {
    const std::int64_t last = start + width;
    for (std::int64_t k = n - 2; k >= 0; k -= 2) writer.add(last - x[k + 1], last - x[k]);
  } else {
    for (std::int64_t k = 0; k < n; k += 2) writer.add(start + x[k], start + x[k + 1]);
  }
}

}  // namespace

void append_transposed(const RunList& runs, const Backwards& backwards,
                       Buffer<std::uint32_t>& counts) {
  const auto [height, width] = runs.size;
  const std::int64_t limit = run_limit(runs);
  const std::int64_t area = runs.size.area();
  const bool narrow = std::min(height, width) < 32;  // would fill few bits of the words it needs
  if (!narrow && runs.n > 64 && area < limit && area / runs.n < tuning::transpose_dense_run) {
    append_transposed_bits(runs, backwards, counts);
    return;
  }
  SpanWriter writer(counts, limit);
  if (height == 0 || width == 0) {
    writer.finish(0);
    return;
  }
  Buffer<Change> changes = changes_of(runs);
  // Filing costs a step per band; sorting the edges of bands costs some ten steps per change.
  const bool by_row = height <= 1024 + 16 * changes.size();
  const Buffer<std::uint32_t> edges = by_row ? Buffer<std::uint32_t>{} : make_bands(changes);
  const std::int64_t bands = by_row ? height : std::max<std::int64_t>(edges.size() - 1, 0);
  const Filed filed = file_by_band(changes, bands, limit);
  for (std::int64_t step = 0; step < bands; step++) {
    const std::int64_t k = backwards.y ? bands - 1 - step : step;
    const std::uint32_t first = k == 0 ? 0 : filed.ends[k - 1];
    const std::uint32_t* x = filed.x.data() + first;
    const std::int64_t n = filed.ends[k] - first;
    if (n == 0) continue;
    std::int64_t row = by_row ? k : edges[k];
    std::int64_t end = by_row ? k + 1 : edges[k + 1];
    if (backwards.y) {
      const std::int64_t turned = height - end;
      end = height - row;
      row = turned;
    }
    if (n == 2 && x[0] == 0 && x[1] == width) {
      writer.add(row * width, end * width);
      continue;
    }
    for (; row < end; row++) {
      write_row(x, n, row * width, width, backwards.x, writer);
      poll(static_cast<double>(n));
    }
  }
  writer.finish(area);
}

}  // namespace me
