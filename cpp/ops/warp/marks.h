// The pixels of a result at which its value may change, column by column.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "base/buffer.h"
#include "base/interrupt.h"
#include "base/kept_by_thread.h"
#include "base/size.h"
#include "base/tuning.h"
#include "ops/warp/map.h"

namespace me::cpu {

struct Mark {
  std::uint32_t x, y;
};

// Memory that a thread keeps between calls, unless it grew large: fresh pages cost as much as the
// work on them.
struct WarpMemory {
  Buffer<Mark> marks;
  Buffer<std::uint32_t> rows;
  Buffer<std::uint32_t> ends;  // marks are fewer than 2^32
  Buffer<std::int64_t> changes;
  Buffer<std::uint64_t> words;

  static WarpMemory& of_thread() {
    WarpMemory& memory = kept_by_thread<WarpMemory>([] {});
    return memory;
  }

  void trim() {
    const std::int64_t bytes = 8 * marks.size() + 4 * rows.size() + 4 * ends.size() +
                               8 * changes.size() + 8 * words.size();
    if (bytes > tuning::scratch_keep_bytes) *this = WarpMemory();
  }
};

// Sorts rows that come nearly in order, or nearly in the opposite one: a column of the result meets
// the columns of the source one after the other.
inline void sort_rows(std::uint32_t* begin, std::uint32_t* end) {
  if (end - begin < 2) return;
  if (*begin > end[-1]) std::reverse(begin, end);
  std::int64_t moves = 8 * (end - begin);
  for (std::uint32_t* next = begin + 1; next != end; next++) {
    const std::uint32_t row = *next;
    std::uint32_t* to = next;
    for (; to != begin && to[-1] > row; to--) *to = to[-1];
    *to = row;
    moves -= next - to;
    if (moves < 0) return std::sort(begin, end);
  }
}

// Kept as a list in the order they come and sorted by column at the end: a bit for each pixel would
// be a cache miss for each mark.
class Marks {
 public:
  explicit Marks(WarpMemory& memory) : memory_(memory) {}

  // Adds a mark if `wanted`, without a branch on it.
  void add(std::int64_t x, std::int64_t y, bool wanted = true) {
    Buffer<Mark>& marks = memory_.marks;
    if (n_ == marks.size()) marks.resize(std::max<std::int64_t>(2 * n_, 256));
    marks[n_] = {static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y)};
    n_ += wanted ? 1 : 0;
  }
  std::int64_t size() const { return n_; }

  // Calls visit(x, rows, end) for every column of [first, last], with its rows in order; a row may
  // come more than once. All marks lie in these columns.
  template <class Visit>
  void for_each_column(std::int64_t first, std::int64_t last, Visit visit) {
    const std::int64_t columns = last - first + 1;
    if (columns <= 0) return;
    const Mark* const marks = memory_.marks.data();
    memory_.ends.resize(columns + 1);
    std::uint32_t* const ends = memory_.ends.data();
    in_pieces(columns + 1,
              [=](std::int64_t k, std::int64_t end) { std::fill(ends + k, ends + end, 0u); });
    in_pieces(n_, [=](std::int64_t i, std::int64_t end) {
      for (; i < end; i++) ends[marks[i].x - first + 1]++;
    });
    in_pieces(columns, [=](std::int64_t k, std::int64_t end) {
      for (; k < end; k++) ends[k + 1] += ends[k];
    });
    // ends[k] is where column k starts now, and where it ends after its rows are placed
    memory_.rows.resize(n_ + 1);
    std::uint32_t* const rows = memory_.rows.data();
    in_pieces(n_, [=](std::int64_t i, std::int64_t end) {
      for (; i < end; i++) rows[ends[marks[i].x - first]++] = marks[i].y;
    });
    std::int64_t begin = 0;
    for (std::int64_t k = 0; k < columns; k++) {
      poll(10 * static_cast<double>(ends[k] - begin + 1));
      sort_rows(rows + begin, rows + ends[k]);
      visit(first + k, rows + begin, rows + ends[k]);
      begin = ends[k];
    }
  }

 private:
  // Calls work(begin, end) for stretches that are short enough for a call to be ended between them.
  template <class Work>
  static void in_pieces(std::int64_t n, Work work) {
    constexpr std::int64_t piece = std::int64_t{1} << 20;
    for (std::int64_t begin = 0; begin < n; begin += piece) {
      const std::int64_t end = std::min(n, begin + piece);
      work(begin, end);
      poll(2 * static_cast<double>(end - begin));
    }
  }

  WarpMemory& memory_;
  std::int64_t n_ = 0;
};

// Marks where a segment of the result crosses the centre lines of its columns: the first pixel
// below each crossing, and its neighbours as far as the map may be off.
class SegmentMarker {
 public:
  // `centre` is the coordinate of the first pixel's centre. At most `budget` pixels are marked.
  SegmentMarker(Marks& marks, Size size, double centre, double slack, std::int64_t budget)
      : marks_(marks), size_(size), centre_(centre), slack_(slack), budget_(budget) {}

  // False when the budget is spent.
  bool mark(Point a, Point b) {
    if (b.x < a.x) std::swap(a, b);
    const double run = b.x - a.x;
    // Most segments cross one centre line or none, and which is hard to foresee.
    if (!(run < 0.99 && run > 0.01 && std::fabs(a.x) < 0x1p31 && std::fabs(a.y) < 0x1p31 &&
          std::fabs(b.y) < 0x1p31)) {
      return mark_columns(a, b);
    }
    const std::int64_t x = ceil_of(a.x - centre_ - slack_);
    const double u = static_cast<double>(x) + centre_;
    const double v = a.y + std::min(std::max((u - a.x) / run, 0.0), 1.0) * (b.y - a.y) - centre_;
    const double spread = slack_ + slack_ * 100.0 * std::fabs(b.y - a.y);  // along the slope
    const std::int64_t y = ceil_of(v - spread);
    const bool crossed = (u <= b.x + slack_) & (x >= 0) & (x < size_.width);
    if (ceil_of(v + spread) != y) return !crossed || mark_columns(a, b);
    marks_.add(x, y, crossed & (y >= 0) & (y < size_.height));
    return marks_.size() < budget_;
  }

 private:
  // Any segment.
  bool mark_columns(Point a, Point b) {
    const double width = static_cast<double>(size_.width);
    // !(<) is true for NaN, too
    if (!(a.x - slack_ < width + 1) || !(b.x + slack_ > -1)) return true;
    const std::int64_t first = ceil_of(std::max(a.x - centre_ - slack_, 0.0));
    const std::int64_t last = floor_of(std::min(b.x - centre_ + slack_, width - 1));
    if (first > last) return true;
    const double run = b.x - a.x;
    const double slope = run > 0 ? (b.y - a.y) / run : 0.0;
    constexpr std::int64_t some = 4096;
    for (std::int64_t x = first; x <= last; x++) {
      if (x % some == 0) poll(10.0 * some);
      double low = a.y;
      double high = b.y;
      if (run > 2 * slack_) {
        const double u = static_cast<double>(x) + centre_;
        low = a.y + (std::max(u - slack_, a.x) - a.x) * slope;
        high = a.y + (std::min(u + slack_, b.x) - a.x) * slope;
      }
      if (!mark_rows(x, std::min(low, high) - slack_, std::max(low, high) + slack_)) return false;
    }
    return true;
  }

  // The rows whose centres are the first ones at or below a crossing in [low, high].
  bool mark_rows(std::int64_t x, double low, double high) {
    const double height = static_cast<double>(size_.height);
    if (!(low - centre_ < height) || !(high - centre_ > -1)) return --budget_ > marks_.size();
    const std::int64_t first = ceil_of(std::max(low - centre_, 0.0));
    const std::int64_t last = ceil_of(std::min(high - centre_, height - 1));
    if (last - first >= budget_ - marks_.size()) return false;
    for (std::int64_t y = first; y <= last; y++) marks_.add(x, y);
    return true;
  }

  Marks& marks_;
  Size size_;
  double centre_;
  double slack_;
  std::int64_t budget_;  // of marks, and of columns that a segment crosses out of sight
};

}  // namespace me::cpu
