// Pixels of a box as bits, written row by row and read column by column. Private to rasterize.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/buffer.h"
#include "geometry/sweep.h"
#include "runs/bits.h"
#include "runs/runs.h"

namespace me::cpu {

// The pixels [left, right) x [top, bottom) of an image.
struct PixelBox {
  std::int64_t left, top, right, bottom;

  bool empty() const { return left >= right || top >= bottom; }
};

// The extremes of points.
struct Extent {
  double left = HUGE_VAL, top = HUGE_VAL, right = -HUGE_VAL, bottom = -HUGE_VAL;

  void add(double x, double y) {
    left = std::min(left, x);
    right = std::max(right, x);
    top = std::min(top, y);
    bottom = std::max(bottom, y);
  }
  // The pixels of an image between them, with `margin` pixels around; empty without a point.
  PixelBox box(double margin, const Size& size) const;
};

// A tile of 64 x 64 pixels is 64 neighbouring words, a word for 64 pixels of a row, so that it can
// be mirrored in place.
class RowBits {
 public:
  // Words of one strip of columns; a box that needs more is filled strip by strip.
  static constexpr std::int64_t max_words = std::int64_t{1} << 23;

  // Begins a box that is not empty, all background.
  void start(const PixelBox& box);
  const PixelBox& box() const { return box_; }

  // Sets columns [begin, end) of a row, as far as they lie in the box.
  void span(std::int64_t row, std::int64_t begin, std::int64_t end) {
    begin = std::max(begin, box_.left);
    end = std::min(end, box_.right);
    if (begin >= end || row < box_.top || row >= box_.bottom) return;
    span_inside(row, begin, end);
  }

  // The same where all of it lies in the box, and is not empty.
  void span_inside(std::int64_t row, std::int64_t begin, std::int64_t end) {
    begin -= box_.left;
    end -= box_.left;
    std::uint64_t* word = words_.data() + (begin >> 6) * rows_ + (row - box_.top);
    const std::uint64_t head = ~std::uint64_t{0} << (begin & 63);
    const std::uint64_t tail = kernels::tail_mask(end);
    std::int64_t more = ((end - 1) >> 6) - (begin >> 6);
    if (more == 0) {
      *word |= head & tail;
      return;
    }
    *word |= head;
    for (word += rows_; --more > 0; word += rows_) *word = ~std::uint64_t{0};
    *word |= tail;
  }

  // Sets the columns from every other crossing of a row to the next; for sweep_columns.
  auto spans() {
    return EvenOddSpans{
        [this](std::int64_t row, std::int64_t begin, std::int64_t end) { span(row, begin, end); }};
  }

  void pixel(std::int64_t row, std::int64_t column) {
    row -= box_.top;
    column -= box_.left;
    if (static_cast<std::uint64_t>(row) >= static_cast<std::uint64_t>(box_.bottom - box_.top) ||
        static_cast<std::uint64_t>(column) >= static_cast<std::uint64_t>(box_.right - box_.left)) {
      return;
    }
    words_[(column >> 6) * rows_ + row] |= std::uint64_t{1} << (column & 63);
  }

  // The same where it lies in the box.
  void pixel_inside(std::int64_t row, std::int64_t column) {
    column -= box_.left;
    words_[(column >> 6) * rows_ + (row - box_.top)] |= std::uint64_t{1} << (column & 63);
  }

  // What was set since start() or the last call changes sides in the result; then the box is empty
  // again. Once a box is folded, all of it must be.
  void fold();

  // Gives the toggles of the pixels to a sink (see runs/toggles.h) and spoils the bits.
  template <class Sink>
  void give(std::int64_t height, Sink& sink);

  // Row `row` of the box: bit 0 is its first column. Valid until the next call.
  const std::uint64_t* row(std::int64_t row);

 private:
  class Changes;

  void mirror();

  PixelBox box_{};
  // Words per column of tiles: rows of the box and one that stays empty, rounded up to tiles.
  std::int64_t rows_ = 0;
  bool folded_ = false;
  Buffer<std::uint64_t> words_;
  Buffer<std::uint64_t> total_;
  Buffer<std::uint64_t> changes_;
  Buffer<std::uint32_t> places_;
  Buffer<std::uint64_t> row_;
};

}  // namespace me::cpu
