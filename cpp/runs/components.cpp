#include "runs/components.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "base/parallel.h"
#include "base/values.h"
#include "runs/row_painter.h"

namespace me {
namespace {

// Labels of a strip that there is room for before they come: up to 700 MB, of which only what is
// used is ever handed out.
constexpr std::int64_t most_guessed = std::int64_t{1} << 23;

// A strip takes so long at least, with as many strips as threads or more: the tables that each
// fills and the seams cost a tenth of a label map of 1080p in strips a quarter as long.
constexpr double strip_ns = 2e6;

// Nanoseconds a row costs, about: what decides on threads.
double row_cost(const DenseItem& item, bool valued) {
  const double pixel = 0.05 * double(element_bytes(item.element)) + (valued ? 0.3 : 0.0);
  return pixel * double(item.size.width) + 30;
}

// Adds the n labels of a line; room for those to come is guessed from those before.
void keep_labels(const std::uint32_t* of_line, std::int64_t n, std::int64_t rows_done,
                 std::int64_t rows, Buffer<std::uint32_t>& labels) {
  if (rows_done == 64) labels.reserve(labels.size() / 60 * rows + 1024);
  make_room(labels, n);
  labels.append(of_line, n);
}

// Room for the labels of all rows is guessed after row 64, not doubled, unless that is much: then
// when a quarter of the rows is done.
void reserve_labels(Forest& forest, std::int64_t row, std::int64_t rows, bool valued,
                    bool measured) {
  if (row != 64 && (row != rows / 4 || row < 64)) return;
  const std::int64_t wanted = forest.size() / (row - row / 16) * rows;
  if (wanted >= most_guessed && row != rows / 4) return;
  try {
    forest.reserve(wanted, valued, measured);
  } catch (const std::bad_alloc&) {  // more than they may come to: it grows as they come
  }
}

// Whether the runs of two lines with equal bounds have equal values.
bool equal_values(const Line& a, const Line& b) {
  return std::equal(a.values.data(), a.values.data() + a.n, b.values.data());
}

}  // namespace

RowComponents::RowComponents(const DenseItem& item, const ComponentOptions& options,
                             const Exec& exec)
    : item_(item), options_(options), words_(words_for(item.size.width)) {
  const std::int64_t height = item.size.area() == 0 ? 0 : item.size.height;
  const double cost = row_cost(item, options.valued);
  const auto strips =
      static_cast<std::int64_t>(cost * double(height) / strip_ns / std::max(exec.threads, 1));
  const std::int64_t chunks =
      chunk_count(exec, height, cost, std::clamp<std::int64_t>(strips, 1, 4));
  strips_.resize(static_cast<std::size_t>(chunks));
  for_chunks(exec, height, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    Strip& strip = strips_[static_cast<std::size_t>(c)];
    strip.begin = begin;
    strip.end = end;
    read_strip(strip);
  });
  if (chunks == 1) {
    forest_ = std::move(strips_[0].forest);
  } else {
    join_strips();
  }
  n_ = flatten(forest_, options.valued, options.joining.measured);
}

// The same for values that kernels join, many runs at once.
void RowComponents::read_values(Strip& strip, const kernels::JoinKernels& join) {
  RowLines rows(item_, true);
  const std::int64_t n_rows = strip.end - strip.begin;
  const std::int64_t bytes = element_bytes(item_.element);
  Buffer<std::uint64_t> two_rows(options_.kept ? 0 : 2 * words_);
  if (options_.kept) {
    strip.changes.resize(words_ * n_rows);
    strip.first_labels.resize(n_rows);
  }
  ValueRuns two[2] = {ValueRuns(join), ValueRuns(join)};
  ValueRuns* before = &two[1];
  ValueRuns* line = &two[0];
  ValueJoiner joiner(join, options_.joining, strip.forest);
  const std::uint64_t* changes_before = nullptr;
  for (std::int64_t k = 0; k < n_rows; k++) {
    const std::int64_t y = strip.begin + k;
    std::uint64_t* changes =
        options_.kept ? strip.changes.data() + k * words_ : two_rows.data() + k % 2 * words_;
    const char* values = rows.find_changes(y, changes);
    const bool repeats = k > 0 && std::equal(changes, changes + words_, changes_before) &&
                         before->has_values(values, bytes);
    if (!repeats) {
      line->clear();
      line->add(values, bytes, item_.size.width, changes, &changes_before, k > 0 ? 1 : 0);
    }
    if (repeats) {
      joiner.repeat(before->row(0), y);
    } else {
      strip.forest.room_for_line(line->row(0).n, true, options_.joining.measured);
      joiner.join(k > 0 ? before : nullptr, *line, y);
      std::swap(before, line);
    }
    changes_before = changes;
    const kernels::ValuedRuns row = before->row(0);
    if (options_.kept) {
      strip.first_labels[k] = repeats ? strip.first_labels[k - 1] : strip.labels.size();
      if (!repeats) keep_labels(row.labels, row.n, k, n_rows, strip.labels);
    }
    if (k == 0) to_line(row, strip.first);
    reserve_labels(strip.forest, k, n_rows, true, options_.joining.measured);
  }
  for (int i = 0; options_.kept && i < kernels::labels_padding; i++) strip.labels.push_back(0);
  to_line(before->row(0), strip.last);
}

void RowComponents::read_strip(Strip& strip) {
  const kernels::JoinKernels* join = join_kernels(element_bytes(item_.element));
  if (options_.valued && join != nullptr && strip.end > strip.begin) {
    read_values(strip, *join);
    return;
  }
  RowLines rows(item_, options_.valued, options_.inverted);
  const std::int64_t n_rows = strip.end - strip.begin;
  Buffer<std::uint64_t> two_rows(2 * words_);
  if (options_.kept) {
    strip.changes.resize(words_ * n_rows);
    strip.first_labels.resize(n_rows);
  }
  Line lines[2];
  make_empty(lines[1]);
  Line* before = &lines[1];
  Line* line = &lines[0];
  const std::uint64_t* changes_before = nullptr;
  for (std::int64_t y = strip.begin; y < strip.end; y++) {
    const std::int64_t k = y - strip.begin;
    std::uint64_t* changes =
        options_.kept ? strip.changes.data() + k * words_ : two_rows.data() + k % 2 * words_;
    rows.find_changes(y, changes);
    const bool alike =
        k > 0 && std::equal(changes, changes + words_, changes_before, changes_before + words_);
    changes_before = changes;
    if (!alike || options_.valued) rows.set_runs(y, changes, *line);
    const bool repeats = alike && (!options_.valued || equal_values(*before, *line));
    if (repeats) {
      repeat_line(*before, options_.valued, options_.joining, y, strip.forest);
    } else {
      strip.forest.room_for_line(line->n, options_.valued, options_.joining.measured);
      join_line(*before, *line, options_.valued, options_.joining, y, 1, strip.forest);
      std::swap(before, line);
    }
    if (options_.kept) {
      strip.first_labels[k] = repeats ? strip.first_labels[k - 1] : strip.labels.size();
      if (!repeats) keep_labels(before->labels.data(), before->n, k, n_rows, strip.labels);
    }
    if (k == 0) strip.first = *before;
    reserve_labels(strip.forest, k, n_rows, options_.valued, options_.joining.measured);
  }
  for (int i = 0; options_.kept && i < kernels::labels_padding; i++) strip.labels.push_back(0);
  strip.forest.finish();
  strip.last = std::move(*before);
}

// Adds the n labels of a strip, each raised by `raise`, some at a time.
void RowComponents::add_forest(Forest& part, std::int64_t n, std::uint32_t raise) {
  constexpr std::int64_t some = 1 << 12;
  forest_.room_for_line(n, options_.valued, options_.joining.measured);
  for (std::int64_t begin = 0; begin < n; begin += some) {
    const std::int64_t count = std::min(some, n - begin);
    const std::uint32_t* from = part.parents().data() + begin + 1;
    std::uint32_t* parents = forest_.parents().grow(count);
    for (std::int64_t i = 0; i < count; i++) parents[i] = from[i] + raise;
    if (options_.joining.measured) forest_.sums().append(part.sums().data() + begin + 1, count);
    if (options_.valued) forest_.values().append(part.values().data() + begin + 1, count);
    poll(20.0 * static_cast<double>(count));
  }
}

void RowComponents::join_strips() {
  for (Strip& strip : strips_) {
    strip.raise = static_cast<std::uint32_t>(forest_.size() - 1);
    Forest& part = strip.forest;
    if (forest_.size() + part.size() > UINT32_MAX) {
      throw Error(ErrorKind::limit, "source", "expected fewer than 2^32 components, got more");
    }
    strip.n_labels = part.size();
    add_forest(part, part.size() - 1, strip.raise);
    part = Forest();
  }
  for (std::size_t s = 1; s < strips_.size(); s++) {
    join_seam(strips_[s - 1].last, strips_[s - 1].raise, strips_[s].first, strips_[s].raise,
              options_.valued, options_.joining, forest_);
  }
}

void RowComponents::paint(char* out, std::int64_t bytes, std::int64_t row_stride,
                          std::int64_t column_stride, const Exec& exec) {
  for_chunks(
      exec, static_cast<std::int64_t>(strips_.size()), static_cast<std::int64_t>(strips_.size()),
      [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        for (std::int64_t s = begin; s < end; s++) {
          paint_strip(strips_[static_cast<std::size_t>(s)], out, bytes, row_stride, column_stride);
        }
      });
}

void RowComponents::read_runs(const Strip& strip, std::int64_t y, Line& line) const {
  const std::uint32_t* labels = labels_of(strip, y);
  const std::uint64_t* changes = strip.changes.data() + (y - strip.begin) * words_;
  set_bounds(changes, words_, item_.size.width, options_.valued, line);
  for (std::int64_t k = 0; k < line.n; k++) line.labels[k] = number(strip, labels[k]);
}

void RowComponents::repaint(const std::uint8_t* changed, const std::uint64_t* values, char* out,
                            std::int64_t row_stride, std::int64_t column_stride,
                            const Exec& exec) const {
  const auto n = static_cast<std::int64_t>(strips_.size());
  for_chunks(exec, n, n, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
    for (std::int64_t s = begin; s < end; s++) {
      repaint_strip(strips_[static_cast<std::size_t>(s)], changed, values, out, row_stride,
                    column_stride);
    }
  });
}

void RowComponents::repaint_strip(const Strip& strip, const std::uint8_t* changed,
                                  const std::uint64_t* values, char* out, std::int64_t row_stride,
                                  std::int64_t column_stride) const {
  const std::int64_t bytes = element_bytes(item_.element);
  const std::int64_t step = options_.valued ? 1 : 2;
  Line line;
  for (std::int64_t y = strip.begin; y < strip.end; y++) {
    const std::uint32_t* labels = labels_of(strip, y);
    const std::uint64_t* changes = strip.changes.data() + (y - strip.begin) * words_;
    const std::int64_t n_changes = bit_kernels().count(changes, words_);
    const std::int64_t n = options_.valued ? n_changes : (n_changes + 1) / 2;
    bool any = false;
    for (std::int64_t k = 0; k < n; k++) any |= changed[number(strip, labels[k])] != 0;
    if (any) {
      read_runs(strip, y, line);
      for (std::int64_t k = 0; k < n; k++) {
        const std::uint32_t c = line.labels[k];
        if (changed[c] == 0) continue;
        const std::uint32_t* run = line.bounds.data() + step * k;
        char* to = out + y * row_stride + std::int64_t{run[0]} * column_stride;
        const std::int64_t length = run[1] - run[0];
        if (column_stride == bytes) {
          set_values(to, length, bytes, values[c]);
        } else {
          for (std::int64_t x = 0; x < length; x++) {
            set_values(to + x * column_stride, 1, bytes, values[c]);
          }
        }
      }
    }
  }
}

void RowComponents::paint_strip(const Strip& strip, char* out, std::int64_t bytes,
                                std::int64_t row_stride, std::int64_t column_stride) {
  const std::int64_t width = item_.size.width;
  const std::uint32_t* final = forest_.parents().data() + strip.raise;
  // Background of valued lines has label 0 in every strip, which is not raised.
  Buffer<std::uint32_t> raised;
  if (options_.valued && strip.raise != 0) {
    raised.append(final, strip.n_labels);
    raised[0] = 0;
    final = raised.data();
  }
  RowPainter painter(out, item_.size, bytes, row_stride, column_stride);
  for (std::int64_t y = strip.begin; y < strip.end; y++) {
    poll(static_cast<double>(width));
    const std::uint64_t* changes = strip.changes.data() + (y - strip.begin) * words_;
    const std::uint32_t* labels = labels_of(strip, y);
    if (y > strip.begin && labels == labels_of(strip, y - 1) &&
        std::equal(changes, changes + words_, changes - words_)) {  // the row above once more
      painter.repeat(y);
    } else {
      painter.paint({changes, width, labels, final, !options_.valued}, y);
    }
  }
}

}  // namespace me
