#include "ops/convex_hull/convex_hull.h"

#include <algorithm>

#include "base/interrupt.h"
#include "runs/collect.h"
#include "runs/columns.h"
#include "runs/span_writer.h"

namespace me::cpu {
namespace {

struct Vertex {
  std::int64_t x, y;
};

// The vertices of the upper edge of a hull; the lower one is that of the rows negated.
class Chain {
 public:
  // Adds the topmost foreground of a column to the right of all before. Sides are below 2^31, so
  // the products are below 2^62.
  void add(std::int64_t x, std::int64_t y) {
    while (vertices_.size() >= 2) {
      const Vertex& a = *(vertices_.end() - 2);
      const Vertex& b = vertices_.back();
      if ((b.y - a.y) * (x - a.x) < (y - a.y) * (b.x - a.x)) break;  // b lies above a line to here
      vertices_.truncate(vertices_.size() - 1);
    }
    vertices_.push_back({x, y});
  }

  bool empty() const { return vertices_.empty(); }
  const Vertex* begin() const { return vertices_.begin(); }
  const Vertex* end() const { return vertices_.end(); }

 private:
  Buffer<Vertex> vertices_;
};

// Walks along a chain: the first row of each column that is not above it, in whole numbers.
class ChainRows {
 public:
  explicit ChainRows(const Chain& chain) : vertex_(chain.begin()), end_(chain.end()) { start(); }

  std::int64_t x() const { return x_; }
  std::int64_t row() const { return y_ + (part_ > 0 ? 1 : 0); }
  // The row is the same in the columns [x(), level_until()).
  std::int64_t level_until() const { return rise_ == 0 && rest_ == 0 ? x_ + left_ : x_ + 1; }

  // Goes on to a column that is at most level_until().
  void go_to(std::int64_t x) {
    left_ -= x - x_;
    x_ = x;
    if (left_ == 0) {
      vertex_++;
      if (vertex_ != end_) start();
      return;
    }
    y_ += rise_;
    part_ += rest_;
    if (part_ >= width_) {
      part_ -= width_;
      y_++;
    }
  }

 private:
  // From a vertex to the next one the chain goes down rise_ + rest_ / width_ rows a column, with
  // rest_ in [0, width_); it stands at y_ + part_ / width_.
  void start() {
    x_ = vertex_->x;
    y_ = vertex_->y;
    part_ = rise_ = rest_ = 0;
    left_ = width_ = 1;
    if (vertex_ + 1 == end_) return;
    left_ = width_ = vertex_[1].x - x_;
    const std::int64_t rows = vertex_[1].y - y_;
    rise_ = rows / width_;
    rest_ = rows % width_;
    if (rest_ < 0) {
      rest_ += width_;
      rise_--;
    }
  }

  const Vertex* vertex_;
  const Vertex* end_;
  std::int64_t x_ = 0, y_ = 0;
  std::int64_t left_ = 0, width_ = 0, part_ = 0, rise_ = 0, rest_ = 0;
};

struct Hull {
  Chain top, bottom;  // the latter in negated rows
};

// Only the first and the last pixel of a column can be vertices, and of whole columns in a row only
// those of the outer ones.
Hull hull_of(const RunList& runs) {
  Hull hull;
  std::int64_t x = -1;  // the column in hand, with foreground in [first, last]
  std::int64_t first = 0;
  std::int64_t last = 0;
  const auto finish = [&] {
    if (x < 0) return;
    hull.top.add(x, first);
    hull.bottom.add(x, -last);
  };
  for_each_block(runs, [&](std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1) {
    if (x0 != x) {
      finish();
      x = x0;
      first = y0;
    }
    last = y1 - 1;
    if (x1 - x0 > 1) {
      finish();
      x = x1 - 1;
    }
  });
  finish();
  return hull;
}

// Writes columns up to `end`.
void write_columns(ChainRows& top, ChainRows& bottom, std::int64_t height, std::int64_t end,
                   SpanWriter& writer) {
  while (top.x() < end) {
    const std::int64_t x = top.x();
    const std::int64_t next = std::min({top.level_until(), bottom.level_until(), end});
    const std::int64_t y0 = top.row();
    const std::int64_t y1 = 1 - bottom.row();
    if (y1 - y0 == height) {
      writer.add(x * height, next * height);
    } else if (y0 < y1) {  // a slender hull can pass between two pixels
      for (std::int64_t i = x; i < next; i++) writer.add(i * height + y0, i * height + y1);
    }
    top.go_to(next);
    bottom.go_to(next);
  }
}

void append_hull(const RunList& runs, Buffer<std::uint32_t>& counts) {
  const Hull hull = hull_of(runs);
  SpanWriter writer(counts, run_limit(runs));
  if (!hull.top.empty()) {
    ChainRows top(hull.top);
    ChainRows bottom(hull.bottom);
    const std::int64_t end = (hull.top.end() - 1)->x + 1;
    constexpr std::int64_t stretch = 1 << 14;
    while (top.x() < end) {
      const std::int64_t columns = std::min(stretch, end - top.x());
      write_columns(top, bottom, runs.size.height, top.x() + columns, writer);
      poll(3.0 * double(columns));
    }
  }
  writer.finish(runs.size.area());
}

}  // namespace

double convex_hull_ns(const RunsView& masks) {
  double columns = 0;
  for (std::int64_t i = 0; i < masks.n; i++) columns += double(masks.size(i).width);
  const double work = 4 * double(masks.total_counts()) + 3 * columns;
  return masks.n == 0 ? 0.0 : 100 + work / double(masks.n);
}

Runs convex_hull(const RunsView& masks, const Exec& exec) {
  return collect(exec, masks.n, convex_hull_ns(masks),
                 [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
                   append_hull(masks[i], counts);
                   return masks.size(i);
                 });
}

}  // namespace me::cpu
