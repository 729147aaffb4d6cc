// The cracks of a mask: the sides of pixels between foreground and background, as segments.
#pragma once
#include <cstdint>
#include <utility>

#include "base/buffer.h"
#include "base/interrupt.h"
#include "runs/columns.h"
#include "runs/runs.h"

namespace me::cpu {

// Calls crack(x0, y0, x1, y1) for horizontal and vertical segments, y0 == y1 or x0 == x1, that
// together cover all cracks of the mask, the frame included; returns false as soon as one call
// does.
template <class Crack>
class CrackWalk {
 public:
  CrackWalk(const RunList& runs, Crack crack) : runs_(runs), crack_(crack) {}

  bool run() {
    for_each_block(runs_,
                   [this](std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1) {
                     if (!going_) return;
                     if (x0 != x_) finish_column(x0);
                     if (x1 - x0 > 1) {
                       whole_columns(x0, x1, y1);
                     } else {
                       rows_.push_back(y0);
                       rows_.push_back(y1);
                     }
                   });
    if (going_) finish_column(INT64_MAX);
    return going_;
  }

 private:
  // Column x_ is complete; the foreground goes on in column `next`.
  void finish_column(std::int64_t next) {
    poll(20 * static_cast<double>(rows_.size() + left_.size()));
    between();
    for (const std::int64_t y : rows_) {
      if (going_) going_ = crack_(x_, y, x_ + 1, y);
    }
    left_.swap(rows_);
    rows_.clear();
    x_++;
    if (next != x_) {  // nothing follows: its right side
      between();
      left_.clear();
    }
    x_ = next;
  }

  // Columns [x0, x1) without background; x_ is x0.
  void whole_columns(std::int64_t x0, std::int64_t x1, std::int64_t height) {
    rows_.push_back(0);
    rows_.push_back(height);
    between();
    if (going_) going_ = crack_(x0, 0, x1, 0);
    if (going_) going_ = crack_(x0, height, x1, height);
    left_.swap(rows_);
    rows_.clear();
    x_ = x1;
  }

  // The vertical cracks between the rows of the left column and those of the one at x_.
  void between() {
    const std::int64_t* a = left_.begin();
    const std::int64_t* b = rows_.begin();
    const std::int64_t* const a_end = left_.end();
    const std::int64_t* const b_end = rows_.end();
    while ((a != a_end || b != b_end) && going_) {
      const std::int64_t first = a == a_end || (b != b_end && *b < *a) ? *b++ : *a++;
      const std::int64_t second = a == a_end || (b != b_end && *b < *a) ? *b++ : *a++;
      if (first != second) going_ = crack_(x_, first, x_, second);
    }
  }

  RunList runs_;
  Crack crack_;
  Buffer<std::int64_t> left_;  // where the value changes in column x_ - 1
  Buffer<std::int64_t> rows_;  // and in column x_, as far as it is known
  std::int64_t x_ = 0;
  bool going_ = true;
};

}  // namespace me::cpu
