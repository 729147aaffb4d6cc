#include "ops/largest_rectangle/largest_rectangle.h"

#include <algorithm>
#include <tuple>

#include "base/buffer.h"
#include "base/parallel.h"
#include "runs/columns.h"

namespace me::cpu {
namespace {

struct Rectangle {
  std::int64_t left = 0, top = 0, right = 0, bottom = 0;
  std::int64_t area() const { return (right - left) * (bottom - top); }
  bool before(const Rectangle& other) const {
    return std::make_tuple(-area(), top, left, right) <
           std::make_tuple(-other.area(), other.top, other.left, other.right);
  }
};

struct Stretch {
  std::int64_t begin, end;
};

// Rows as numbers: themselves, or in a tall mask only those at which a stretch begins or ends.
class RowNumbers {
 public:
  explicit RowNumbers(const RunList& runs) : n_(runs.size.height) {
    if (n_ <= max_plain) return;
    rows_.push_back(0);
    for_each_block(runs, [this](std::int64_t, std::int64_t, std::int64_t y0, std::int64_t y1) {
      rows_.push_back(y0);
      rows_.push_back(y1);
    });
    std::sort(rows_.begin(), rows_.end());
    rows_.truncate(std::unique(rows_.begin(), rows_.end()) - rows_.begin());
    n_ = rows_.size();
  }

  std::int64_t n() const { return n_; }
  std::int64_t row(std::int64_t number) const { return rows_.empty() ? number : rows_[number]; }
  std::int64_t number(std::int64_t row) const {
    if (rows_.empty()) return row;
    return std::lower_bound(rows_.begin(), rows_.end(), row) - rows_.begin();
  }

 private:
  static constexpr std::int64_t max_plain = std::int64_t{1} << 20;

  std::int64_t n_;
  Buffer<std::int64_t> rows_;
};

// Goes through the columns and keeps, for each row, the column at which its foreground began. A
// rectangle that cannot grow to the right holds a row that ends there; so a stretch is searched
// only where the next column lacks a row of it, and only if it can hold something larger.
class Search {
 public:
  explicit Search(const RunList& runs) : rows_(runs), from_(rows_.n()) {}

  Rectangle run(const RunList& runs) {
    for_each_block(runs,
                   [this](std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1) {
                     if (x0 != x_) finish_column(x0);
                     add({rows_.number(y0), rows_.number(y1)});
                     if (x1 - x0 > 1) {  // nothing changes in the columns up to x1
                       step();
                       x_ = x1;
                     }
                   });
    finish_column(INT64_MAX);
    return best_;
  }

 private:
  void add(const Stretch& stretch) {
    if (!now_.empty() && now_.back().end == stretch.begin) {
      now_.back().end = stretch.end;
    } else {
      now_.push_back(stretch);
    }
  }

  // Column x_ is complete; the foreground goes on in column `next`.
  void finish_column(std::int64_t next) {
    step();
    if (next != x_) step();
    x_ = next;
  }

  // On to the next column.
  void step() {
    const Stretch* stretch = now_.begin();
    for (const Stretch& before : last_) {
      while (stretch != now_.end() && stretch->end <= before.begin) stretch++;
      search(before, stretch);
    }
    const Stretch* before = last_.begin();
    for (const Stretch& stretch_now : now_) {
      std::int64_t row = stretch_now.begin;
      while (before != last_.end() && before->end <= row) before++;
      for (const Stretch* old = before; row < stretch_now.end; old++) {
        const bool more = old != last_.end() && old->begin < stretch_now.end;
        for (; row < (more ? old->begin : stretch_now.end); row++) from_[row] = x_;
        if (!more) break;
        row = old->end;
      }
    }
    last_.swap(now_);
    now_.clear();
    x_++;
  }

  // Searches a stretch of column x_ - 1; `now` is the first of column x_ that ends in it or later.
  void search(const Stretch& stretch, const Stretch* now) {
    std::int64_t widest = x_;  // the least column at which a row that ends here began
    std::int64_t row = stretch.begin;
    while (row < stretch.end) {
      const bool more = now != now_.end() && now->begin < stretch.end;
      const std::int64_t end = more ? now->begin : stretch.end;
      for (; row < end; row++) widest = std::min(widest, from_[row]);
      if (!more) break;
      row = now->end;
      now++;
    }
    const std::int64_t height = rows_.row(stretch.end) - rows_.row(stretch.begin);
    if (widest == x_ || (x_ - widest) * height < best_.area()) return;
    search_rows(stretch);
  }

  // The largest rectangle under the bars of rows [begin, end), which all end at column x_.
  void search_rows(const Stretch& stretch) {
    bars_.clear();
    for (std::int64_t row = stretch.begin; row <= stretch.end; row++) {
      const std::int64_t from = row < stretch.end ? from_[row] : x_;
      std::int64_t start = row;
      while (!bars_.empty() && bars_.back().from < from) {
        const Bar bar = bars_.back();
        bars_.truncate(bars_.size() - 1);
        start = bar.start;
        const Rectangle found{bar.from, rows_.row(start), x_, rows_.row(row)};
        if (found.area() >= best_.area() && found.before(best_)) best_ = found;
      }
      if (bars_.empty() || bars_.back().from > from) bars_.push_back({from, start});
    }
  }

  struct Bar {
    std::int64_t from, start;
  };

  RowNumbers rows_;
  Buffer<std::int64_t> from_;
  Buffer<Stretch> last_;  // of column x_ - 1
  Buffer<Stretch> now_;   // of column x_
  Buffer<Bar> bars_;
  std::int64_t x_ = 0;
  Rectangle best_;
};

}  // namespace

void largest_rectangle(const RunsView& masks, std::int64_t* out, const Exec& exec) {
  const double runs_each = masks.n == 0 ? 0.0 : double(masks.total_counts()) / double(masks.n);
  for_ranges(exec, masks.n, 100 + 30 * runs_each, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      const Rectangle best = Search(masks[i]).run(masks[i]);
      const std::int64_t values[4] = {best.left, best.top, best.right, best.bottom};
      std::copy_n(values, 4, out + 4 * i);
    }
  });
}

}  // namespace me::cpu
