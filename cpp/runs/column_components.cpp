#include "runs/column_components.h"

#include <algorithm>
#include <utility>

#include "base/poll_some.h"
#include "runs/columns.h"
#include "runs/row_lines.h"
#include "runs/span_writer.h"

namespace me {

// Joins columns as their stretches come.
class ColumnComponents::Reader {
 public:
  Reader(ColumnComponents& out, const Joining& joining, bool kept)
      : out_(out), joining_(joining), kept_(kept) {
    make_empty(lines_[0]);
    make_empty(lines_[1]);
    make_empty(empty_);
    start_line();
  }

  // All foreground of the mask, in order.
  void read(const RunList& runs) {
    const std::int64_t height = runs.size.height;
    if (height == 0 || runs.size.width == 0) return;
    constexpr std::int64_t stretch = 1 << 16;
    ColumnWalker walker(height, 0, runs.size.width);
    const auto each = [this](std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1) {
      block(x0, x1, y0, y1);
    };
    for (std::int64_t i = 0; i + 1 < runs.n;) {
      const std::int64_t end = std::min(runs.n - 1, i + stretch);
      while (i < end) {
        i = read_within_column(runs, i, end, walker);
        if (i >= end) break;
        if (!walker.pass(runs.counts[i]) || !walker.report(runs.counts[i + 1], each)) return;
        i += 2;
      }
      poll(5.0 * stretch);
    }
  }

  // Rows [y0, y1) of column x, or of all columns [x, x_end) when these are whole.
  void block(std::int64_t x, std::int64_t x_end, std::int64_t y0, std::int64_t y1) {
    if (x != x_ || x_end != x + 1) {
      finish();
      x_ = x;
      x_end_ = x_end;
    }
    const auto end = static_cast<std::uint32_t>(y1);
    if (y0 == last_end_) {  // runs of length zero lay between
      to_[-1] = end;
      last_end_ = end;
      return;
    }
    if (to_ == full_) make_room();
    to_[0] = static_cast<std::uint32_t>(y0);
    to_[1] = end;
    to_ += 2;
    last_end_ = end;
  }

  void finish() {
    line_->n = (to_ - line_->bounds.data()) / 2;
    if (line_->n == 0) return;
    to_[0] = to_[1] = Line::nowhere;
    if (line_->labels.size() < line_->n) line_->labels.resize(2 * line_->n);
    const Line& before = x_ == before_end_ ? *before_ : empty_;
    out_.forest_.room_for_line(line_->n, false, joining_.measured);
    join_line(before, *line_, false, joining_, x_, x_end_ - x_, out_.forest_);
    if (kept_) keep();
    before_end_ = x_end_;
    std::swap(before_, line_);
    start_line();
  }

 private:
  // Runs of the column that the line in hand is of, from run i on: most are, and then nothing but
  // their ends is to be noted. Returns the first that is to be looked at more closely, or `end`.
  std::int64_t read_within_column(const RunList& runs, std::int64_t i, std::int64_t end,
                                  ColumnWalker& walker) {
    if (walker.x() != x_ || x_end_ != x_ + 1) return i;
    std::uint32_t* to = to_;
    std::int64_t y = walker.y();
    for (; i < end; i += 2) {
      const std::int64_t gap = runs.counts[i];
      const std::int64_t length = runs.counts[i + 1];
      const std::int64_t after = y + gap + length;
      if (gap == 0 || length == 0 || after >= runs.size.height || to == full_) break;
      to[0] = static_cast<std::uint32_t>(y + gap);
      to[1] = static_cast<std::uint32_t>(after);
      to += 2;
      y = after;
    }
    if (to != to_) last_end_ = y;
    to_ = to;
    walker.move_to(y);
    return i;
  }

  void start_line() {
    to_ = line_->bounds.data();
    full_ = to_ + (line_->bounds.size() - 2) / 2 * 2;  // two bounds of nothing come behind
    last_end_ = -1;
  }

  void make_room() {
    const std::int64_t used = to_ - line_->bounds.data();
    line_->bounds.resize(2 * line_->bounds.size());
    start_line();
    to_ += used;
  }

  void keep() {
    const std::int64_t height = out_.size_.height;
    me::make_room(out_.stretches_, line_->n);
    me::make_room(out_.labels_, line_->n);
    Stretch* stretches = out_.stretches_.grow(line_->n);
    const std::int64_t start = x_ * height;
    for (std::int64_t k = 0; k < line_->n; k++) {
      stretches[k] = {start + line_->bounds[2 * k], start + line_->bounds[2 * k + 1]};
    }
    stretches[line_->n - 1].end += (x_end_ - x_ - 1) * height;
    out_.labels_.append(line_->labels.data(), line_->n);
  }

  ColumnComponents& out_;
  Joining joining_;
  bool kept_;
  Line lines_[2];
  Line empty_;
  Line* before_ = &lines_[0];
  Line* line_ = &lines_[1];
  std::uint32_t *to_, *full_;  // where the next bounds of line_ go, and where they must not
  std::int64_t last_end_;      // of the run before in the line, or -1
  std::int64_t x_ = 0, x_end_ = 1;
  std::int64_t before_end_ = 0;
};

ColumnComponents::ColumnComponents(const RunList& runs, const Joining& joining, bool kept)
    : size_(runs.size) {
  Reader reader(*this, joining, kept);
  reader.read(runs);
  reader.finish();
  order_.resize(flatten(forest_, false, joining.measured));
  for (std::int64_t k = 0; k < order_.size(); k++) {
    poll_some(k, 1);
    order_[k] = static_cast<std::uint32_t>(k);
  }
  if (joining.measured) sort();
}

namespace {

// Sorts `order` by key(i) in [0, limit), equal ones as they are.
template <class Key>
void counting_sort(Buffer<std::uint32_t>& order, std::int64_t limit, Key key) {
  Buffer<std::int64_t> starts(limit + 1);
  std::fill(starts.begin(), starts.end(), std::int64_t{0});
  const std::int64_t n = order.size();
  for (std::int64_t k = 0; k < n; k++) {
    poll_some(k, 10);
    starts[std::int64_t{key(order[k])} + 1]++;
  }
  for (std::int64_t k = 0; k < limit; k++) starts[k + 1] += starts[k];
  Buffer<std::uint32_t> sorted(n);
  for (std::int64_t k = 0; k < n; k++) {
    poll_some(k, 20);
    sorted[starts[key(order[k])]++] = order[k];
  }
  order.swap(sorted);
}

}  // namespace

void ColumnComponents::sort() {
  const Sums* sums = forest_.sums().data() + 1;
  if (n() > (size_.height + size_.width) / 8) {
    counting_sort(order_, size_.width, [sums](std::uint32_t i) { return sums[i].lowest_line(); });
    counting_sort(order_, size_.height, [sums](std::uint32_t i) { return sums[i].along_begin(); });
    return;
  }
  std::sort(order_.begin(), order_.end(), [sums](std::uint32_t a, std::uint32_t b) {
    const Sums& p = sums[a];
    const Sums& q = sums[b];
    return p.along_begin() != q.along_begin() ? p.along_begin() < q.along_begin()
                                              : p.lowest_line() < q.lowest_line();
  });
}

void ColumnComponents::add_stats(ComponentStats& stats) {
  for (std::int64_t k = 0; k < order_.size(); k++) {
    poll_some(k, 30);
    stats.add_columns(forest_.sums()[order_[k] + 1]);
  }
}

void ColumnComponents::append_masks(Runs& out) {
  Buffer<std::uint32_t> rank(n() + 1);  // by number by columns
  for (std::int64_t k = 0; k < n(); k++) {
    poll_some(k, 10);
    rank[order_[k] + 1] = static_cast<std::uint32_t>(k);
  }
  for (std::int64_t k = 0; k < labels_.size(); k++) {
    poll_some(k, 5);
    labels_[k] = rank[forest_.parents()[labels_[k]]];
  }
  append_groups(stretches_.data(), stretches_.size(), labels_.data(), n(), size_, out);
}

void ColumnComponents::append_chosen(const std::uint8_t* chosen, bool inverted, Runs& out) {
  Buffer<std::uint8_t> by_label(n() + 1);  // by number by columns
  for (std::int64_t k = 0; k < n(); k++) {
    poll_some(k, 10);
    by_label[order_[k] + 1] = chosen[k];
  }
  out.counts.reserve(out.counts.size() + 2 * stretches_.size() + 2);
  SpanWriter writer(out.counts, INT32_MAX);
  std::int64_t end = 0;  // of what was added, when inverted
  for (std::int64_t k = 0; k < stretches_.size(); k++) {
    poll_some(k, 5);
    if (by_label[forest_.parents()[labels_[k]]] == 0) continue;
    const Stretch& stretch = stretches_[k];
    if (!inverted) {
      writer.add(stretch.begin, stretch.end);
    } else {
      if (stretch.begin > end) writer.add(end, stretch.begin);
      end = stretch.end;
    }
  }
  if (inverted && end < size_.area()) writer.add(end, size_.area());
  writer.finish(size_.area());
  out.end_item(size_);
}

}  // namespace me
