// Walks the runs of one mask.
#pragma once
#include <algorithm>
#include <cstdint>

#include "runs/runs.h"

namespace me {

// A stretch [position, position + left) of equal value. Never leaves the mask: counts past its
// area are cut, and missing ones read as background.
class RunCursor {
 public:
  explicit RunCursor(const RunList& runs)
      : next_(runs.counts), end_(runs.counts + runs.n), remaining_(runs.size.area()) {
    step();
  }

  bool done() const { return left_ == 0; }
  bool value() const { return value_; }
  std::int64_t left() const { return left_; }

  // Moves on by `length` <= left() pixels.
  void advance(std::int64_t length) {
    left_ -= length;
    if (left_ == 0) step();
  }

 private:
  void step() {
    while (left_ == 0 && remaining_ > 0) {
      if (next_ == end_) {
        value_ = false;
        left_ = remaining_;
      } else {
        value_ = odd_;
        left_ = std::min<std::int64_t>(*next_++, remaining_);
        odd_ = !odd_;
      }
      remaining_ -= left_;
    }
  }

  const std::uint32_t* next_;
  const std::uint32_t* end_;
  std::int64_t remaining_;
  std::int64_t left_ = 0;
  bool odd_ = false;
  bool value_ = false;
};

// Calls span(begin, end) for each non-empty foreground stretch [begin, end) of positions, in order
// (neighbouring stretches of a non-canonical mask come one by one).
template <class Span>
void for_each_span(const RunList& runs, Span span) {
  const std::int64_t area = runs.size.area();
  std::int64_t position = 0;
  for (std::int64_t i = 0; i < runs.n && position < area; i++) {
    const std::int64_t end = std::min(position + std::int64_t{runs.counts[i]}, area);
    if ((i & 1) != 0 && end > position) span(position, end);
    position = end;
  }
}

}  // namespace me
