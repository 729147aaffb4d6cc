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
};

// What is to be largest: the area of a rectangle, or the height of one of a given aspect in it.
struct Area {
  std::int64_t operator()(std::int64_t width, std::int64_t height) const { return width * height; }
};
struct HeightOfAspect {
  double aspect;  // width / height
  double operator()(std::int64_t width, std::int64_t height) const {
    return std::min(double(height), double(width) / aspect);
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
template <class Measure>
class Search {
 public:
  Search(const RunList& runs, const Measure& measure)
      : measure_(measure), rows_(runs), from_(rows_.n()) {}

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

  // Searches a stretch of column x_ - 1; `first` is that of column x_ that ends in it or later.
  void search(const Stretch& stretch, const Stretch* first) {
    std::int64_t widest = x_;  // the least column at which a row that ends here began
    std::int64_t row = stretch.begin;
    const Stretch* now = first;
    while (row < stretch.end) {
      const bool more = now != now_.end() && now->begin < stretch.end;
      const std::int64_t end = more ? now->begin : stretch.end;
      for (; row < end; row++) widest = std::min(widest, from_[row]);
      if (!more) break;
      row = now->end;
      now++;
    }
    const std::int64_t height = rows_.row(stretch.end) - rows_.row(stretch.begin);
    if (widest == x_ || measure_(x_ - widest, height) < size_of(best_)) return;
    search_rows(stretch, first);
  }

  // The largest rectangle under the bars of rows [begin, end) that cannot grow into column x_. Of
  // those that can, a larger one or, of an aspect, one of another middle is found where it ends.
  void search_rows(const Stretch& stretch, const Stretch* now) {
    bars_.clear();
    for (std::int64_t row = stretch.begin; row <= stretch.end; row++) {
      const std::int64_t from = row < stretch.end ? from_[row] : x_;
      std::int64_t start = row;
      while (!bars_.empty() && bars_.back().from < from) {
        const Bar bar = bars_.back();
        bars_.truncate(bars_.size() - 1);
        start = bar.start;
        const Rectangle found{bar.from, rows_.row(start), x_, rows_.row(row)};
        const bool larger = size_of(found) >= size_of(best_) && is_better(found);
        if (larger && !goes_on({start, row}, now)) best_ = found;
      }
      if (bars_.empty() || bars_.back().from > from) bars_.push_back({from, start});
    }
  }

  // Whether column x_ has all rows of a stretch; no stretch of it before `now` touches these.
  bool goes_on(const Stretch& rows, const Stretch* now) const {
    const Stretch* found =
        std::partition_point(now, now_.end(), [&](const Stretch& s) { return s.end < rows.end; });
    return found != now_.end() && found->begin <= rows.begin;
  }

  auto size_of(const Rectangle& r) const { return measure_(r.right - r.left, r.bottom - r.top); }
  bool is_better(const Rectangle& r) const {
    return std::make_tuple(-size_of(r), r.top, r.left, r.right) <
           std::make_tuple(-size_of(best_), best_.top, best_.left, best_.right);
  }

  struct Bar {
    std::int64_t from, start;
  };

  Measure measure_;
  RowNumbers rows_;
  Buffer<std::int64_t> from_;
  Buffer<Stretch> last_;  // of column x_ - 1
  Buffer<Stretch> now_;   // of column x_
  Buffer<Bar> bars_;
  std::int64_t x_ = 0;
  Rectangle best_;
};

// Calls work(i) for all masks.
template <class Work>
void for_masks(const RunsView& masks, const Exec& exec, Work work) {
  const double runs_each = masks.mean_counts();
  for_ranges(exec, masks.n, 100 + 30 * runs_each, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) work(i);
  });
}

// Columns [x0, x1), each of which has foreground at the height of a point, and at least `reach` of
// it above and below.
struct Columns {
  std::int64_t x0, x1;
  double reach;
};

Buffer<Columns> columns_at(const RunList& runs, double y) {
  Buffer<Columns> found;
  std::int64_t x = -1;  // the stretch in hand; those of a mask that is not canonical may touch
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t x_end = 0;
  const auto finish = [&] {
    if (x < 0 || double(begin) >= y || double(end) <= y) return;
    const double reach = std::min(y - double(begin), double(end) - y);
    if (!found.empty() && found.back().x1 == x && found.back().reach == reach) {
      found.back().x1 = x_end;
    } else {
      found.push_back({x, x_end, reach});
    }
  };
  for_each_block(runs, [&](std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1) {
    if (x0 == x && y0 == end) {
      end = y1;
      return;
    }
    finish();
    x = x0;
    x_end = x1;
    begin = y0;
    end = y1;
  });
  finish();
  return found;
}

// The largest rectangle with its centre at (x, y), as half of its width and height.
struct Halves {
  double width = 0, height = 0;
};
Halves around(const RunList& runs, double x, double y, double aspect) {
  const Buffer<Columns> columns = columns_at(runs, y);
  const Columns* right = columns.begin();
  while (right != columns.end() && double(right->x1) <= x) right++;
  const Columns* left = right;
  if (right != columns.end() && double(right->x0) == x && right != columns.begin()) left--;
  const bool inside = right != columns.end() && double(left->x0) < x && double(right->x0) <= x &&
                      double(left->x1) >= x;
  if (!inside) return {};
  Halves best;
  double height = std::min(left->reach, right->reach);
  for (;;) {
    const double half = std::min(x - double(left->x0), double(right->x1) - x);
    Halves found{half, height};
    if (aspect > 0) {
      found.height = std::min(height, half / aspect);
      found.width = std::min(found.height * aspect, half);
    }
    if (found.width * found.height >= best.width * best.height) best = found;
    const bool to_left = x - double(left->x0) <= half;
    const bool to_right = double(right->x1) - x <= half;
    if (to_left) {
      if (left == columns.begin() || (left - 1)->x1 != left->x0) break;
      height = std::min(height, (--left)->reach);
    }
    if (to_right) {
      if (right + 1 == columns.end() || (right + 1)->x0 != right->x1) break;
      height = std::min(height, (++right)->reach);
    }
  }
  return best;
}

}  // namespace

void largest_rectangle(const RunsView& masks, std::int64_t* out, const Exec& exec) {
  for_masks(masks, exec, [&](std::int64_t i) {
    const Rectangle best = Search<Area>(masks[i], {}).run(masks[i]);
    const std::int64_t values[4] = {best.left, best.top, best.right, best.bottom};
    std::copy_n(values, 4, out + 4 * i);
  });
}

void largest_rectangle(const RunsView& masks, double aspect, double* out, const Exec& exec) {
  for_masks(masks, exec, [&](std::int64_t i) {
    const HeightOfAspect measure{aspect};
    const Rectangle room = Search<HeightOfAspect>(masks[i], measure).run(masks[i]);
    const double height = measure(room.right - room.left, room.bottom - room.top);
    const double width = std::min(height * aspect, double(room.right - room.left));
    double* values = out + 4 * i;
    values[0] = double(room.left) + (double(room.right - room.left) - width) / 2;
    values[1] = double(room.top) + (double(room.bottom - room.top) - height) / 2;
    values[2] = width;
    values[3] = height;
  });
}

void largest_rectangle(const RunsView& masks, const double* centres, double aspect, double* out,
                       const Exec& exec) {
  for_masks(masks, exec, [&](std::int64_t i) {
    const double x = centres[2 * i];
    const double y = centres[2 * i + 1];
    const Halves half = around(masks[i], x, y, aspect);
    const bool any = half.width > 0;
    double* values = out + 4 * i;
    values[0] = any ? x - half.width : 0;
    values[1] = any ? y - half.height : 0;
    values[2] = 2 * half.width;
    values[3] = 2 * half.height;
  });
}

}  // namespace me::cpu
