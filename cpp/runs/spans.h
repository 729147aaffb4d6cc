// Walks the foreground spans of one mask, neighbouring ones joined.
#pragma once
#include <algorithm>
#include <cstdint>

#include "runs/runs.h"

namespace me {

// The maximal foreground stretch [begin, end) of positions; never leaves the mask.
class SpanCursor {
 public:
  explicit SpanCursor(const RunList& runs)
      : next_(runs.counts), end_of_counts_(runs.counts + runs.n), area_(runs.size.area()) {
    step();
  }

  bool done() const { return begin_ == end_; }
  std::int64_t begin() const { return begin_; }
  std::int64_t end() const { return end_; }

  void step() {
    begin_ = end_;
    while (end_of_counts_ - next_ >= 2) {
      const std::int64_t gap = next_[0];
      if (gap != 0) {
        if (end_ != begin_) return;  // the span in hand ends here
        begin_ = end_ = std::min(end_ + gap, area_);
      }
      end_ = std::min(end_ + std::int64_t{next_[1]}, area_);
      next_ += 2;
    }
  }

 private:
  const std::uint32_t* next_;
  const std::uint32_t* end_of_counts_;
  std::int64_t area_;
  std::int64_t begin_ = 0;
  std::int64_t end_ = 0;
};

}  // namespace me
