// Walks the foreground of one mask column by column, without a division per run.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/interrupt.h"
#include "runs/runs.h"

namespace me {

// Stands at pixel (x, y) of a mask with rows [0, height) and walks columns [x, x_end). Both steps
// return false once the walk has left them. Whatever the lengths are, blocks lie in the mask.
class ColumnWalker {
 public:
  ColumnWalker(std::int64_t height, std::int64_t x, std::int64_t x_end)
      : height_(height), x_end_(x_end), x_(x) {}

  std::int64_t x() const { return x_; }
  std::int64_t y() const { return y_; }
  // On to row y of the same column.
  void move_to(std::int64_t y) { y_ = y; }

  // Passes `length` background pixels.
  bool pass(std::int64_t length) {
    y_ += length;
    if (y_ < height_) return true;
    const std::int64_t columns = y_ < 2 * height_ ? 1 : y_ / height_;
    x_ += columns;
    y_ -= columns * height_;
    return x_ < x_end_;
  }

  // Reports `length` foreground pixels as blocks.
  template <class Block>
  bool report(std::int64_t length, Block& block) {
    if (length == 0) return true;
    const std::int64_t end = y_ + length;
    if (end < height_) {
      block(x_, x_ + 1, y_, end);
      y_ = end;
      return true;
    }
    return report_to_bottom(end, block);
  }

 private:
  template <class Block>
  bool report_to_bottom(std::int64_t end, Block& block) {
    if (y_ > 0) {
      block(x_, x_ + 1, y_, height_);
      end -= height_;
      if (++x_ >= x_end_) return false;
    }
    std::int64_t columns = end < height_ ? 0 : (end < 2 * height_ ? 1 : end / height_);
    y_ = end - columns * height_;
    columns = std::min(columns, x_end_ - x_);
    if (columns > 0) block(x_, x_ + columns, std::int64_t{0}, height_);
    x_ += columns;
    if (x_ >= x_end_) return false;
    if (y_ > 0) block(x_, x_ + 1, std::int64_t{0}, y_);
    return true;
  }

  std::int64_t height_;
  std::int64_t x_end_;
  std::int64_t x_;
  std::int64_t y_ = 0;
};

// The run that holds position `start`, and the pixels of it that lie before.
struct RunPlace {
  std::int64_t run = 0;
  std::int64_t used = 0;
};

inline RunPlace place_of(const RunList& runs, std::int64_t start) {
  std::int64_t run = 0;
  std::int64_t position = 0;
  while (run + 16 <= runs.n) {  // sixteen at once: a sum without a branch per run
    std::int64_t sum = 0;
    for (int k = 0; k < 16; k++) sum += runs.counts[run + k];
    if (position + sum > start) break;
    position += sum;
    run += 16;
  }
  while (run < runs.n && position + runs.counts[run] <= start) position += runs.counts[run++];
  return {run, std::max<std::int64_t>(start - position, 0)};
}

// Calls block(x0, x1, y0, y1) for the foreground in columns [x_begin, x_end), in order: either the
// stretch [y0, y1) of the one column x0 = x1 - 1, or the whole columns [x0, x1) with
// [y0, y1) = [0, height). Neighbouring stretches of a non-canonical mask come one by one.
template <class Block>
void for_each_block(const RunList& runs, std::int64_t x_begin, std::int64_t x_end, Block block) {
  const std::int64_t height = runs.size.height;
  x_end = std::min(x_end, runs.size.width);
  if (height == 0 || x_begin >= x_end) return;
  ColumnWalker walker(height, x_begin, x_end);
  std::int64_t i = 0;
  if (x_begin > 0) {
    const RunPlace place = place_of(runs, x_begin * height);
    if (place.run >= runs.n) return;
    const std::int64_t left = std::max<std::int64_t>(runs.counts[place.run] - place.used, 0);
    i = place.run + 1;
    if ((place.run & 1) == 0) {
      if (!walker.pass(left)) return;
      if (i == runs.n || !walker.report(runs.counts[i++], block)) return;
    } else if (!walker.report(left, block)) {
      return;
    }
  }
  constexpr std::int64_t stretch = 1 << 16;
  while (i + 1 < runs.n) {
    const std::int64_t end = std::min(runs.n - 1, i + stretch);
    for (; i < end; i += 2) {
      if (!walker.pass(runs.counts[i]) || !walker.report(runs.counts[i + 1], block)) return;
    }
    if (i + 1 < runs.n) poll(5.0 * stretch);
  }
}

template <class Block>
void for_each_block(const RunList& runs, Block block) {
  for_each_block(runs, 0, runs.size.width, block);
}

}  // namespace me
