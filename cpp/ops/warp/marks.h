// The pixels of a result at which its value may change, column by column.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "base/buffer.h"
#include "base/dispatch.h"
#include "base/kept_by_thread.h"
#include "base/poll_some.h"
#include "base/size.h"
#include "base/tuning.h"
#include "ops/warp/crack_kernels.h"
#include "ops/warp/map.h"

namespace me::cpu {

using kernels::Mark;

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

  void add(std::int64_t x, std::int64_t y) {
    *room(1) = {static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y)};
    n_++;
  }
  // Room for `most` marks, of which some are then kept.
  Mark* room(std::int64_t most) {
    Buffer<Mark>& marks = memory_.marks;
    if (n_ + most > marks.size()) marks.resize(2 * n_ + most + 256);
    return marks.data() + n_;
  }
  void keep(std::int64_t n) { n_ += n; }
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
    const double width = static_cast<double>(size_.width);
    // !(<) is true for NaN, too
    if (!(a.x - slack_ < width + 1) || !(b.x + slack_ > -1)) return true;
    const std::int64_t first = ceil_of(std::max(a.x - centre_ - slack_, 0.0));
    const std::int64_t last = floor_of(std::min(b.x - centre_ + slack_, width - 1));
    if (first > last) return true;
    const double run = b.x - a.x;
    const double slope = run > 0 ? (b.y - a.y) / run : 0.0;
    for (std::int64_t x = first; x <= last; x++) {
      poll_some(x, 10);
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

 private:
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

// Marks the cracks of a mask, many at once where they are short.
class CrackMarker {
 public:
  CrackMarker(const WayBack& way, Size size, Whole whole, std::int64_t budget, Marks& marks)
      : way_(way),
        marks_(marks),
        budget_(budget),
        kernel_(
            select(&kernels::mark_cracks_scalar, nullptr, ME_X86(&kernels::mark_cracks_avx512))),
        segments_(marks, size, whole == Whole::edges ? 0.5 : 0.0, way.slack, budget) {
    map_.affine = way.map.affine();
    std::copy(way.map.m, way.map.m + 9, map_.m);
    map_.shift = whole == Whole::edges ? 0.0 : 0.5;  // of a pixel's edge
    map_.centre = whole == Whole::edges ? 0.5 : 0.0;
    map_.slack = way.slack;
    map_.width = static_cast<double>(size.width);
    map_.height = static_cast<double>(size.height);
    found_.left = map_.width;
    found_.right = -1;
  }

  // Each returns false when the budget is spent.
  bool add(std::int64_t x0, std::int64_t y0, std::int64_t x1, std::int64_t y1) {
    const std::int64_t n = cracks_.n++;
    cracks_.x0[n] = static_cast<std::int32_t>(x0);
    cracks_.y0[n] = static_cast<std::int32_t>(y0);
    cracks_.x1[n] = static_cast<std::int32_t>(x1);
    cracks_.y1[n] = static_cast<std::int32_t>(y1);
    return n + 1 < kernels::Cracks::room || finish();
  }
  bool finish() {
    marks_.keep(kernel_(map_, cracks_, marks_.room(kernels::marks_room), found_));
    for (std::int64_t k = 0; k < found_.n_rest; k++) {
      const std::int64_t i = found_.rest[k];
      if (!segments_.mark(place(cracks_.x0[i], cracks_.y0[i]),
                          place(cracks_.x1[i], cracks_.y1[i]))) {
        return false;
      }
    }
    cracks_.n = 0;
    return marks_.size() < budget_;
  }

  // The columns of the result that the cracks reach.
  double left() const { return found_.left; }
  double right() const { return found_.right; }

 private:
  Point place(std::int32_t x, std::int32_t y) const {
    return way_.map(static_cast<double>(x) - map_.shift, static_cast<double>(y) - map_.shift);
  }

  WayBack way_;
  Marks& marks_;
  std::int64_t budget_;
  kernels::MarkCracks kernel_;
  SegmentMarker segments_;
  kernels::CrackMap map_{};
  kernels::Cracks cracks_{};
  kernels::CrackFindings found_{};
};

}  // namespace me::cpu
