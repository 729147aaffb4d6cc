// Positions at which a fill changes -> the runs of a mask, and the union of several fills.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/buffer.h"
#include "runs/builder.h"
#include "runs/runs.h"

namespace me {

// Two sinks take toggles: positions that do not decrease; equal neighbours cancel in pairs. Call
// room(n) before up to n toggles.

// Writes the counts of one mask of fewer than 2^32 pixels as the toggles come.
class CountsSink {
 public:
  explicit CountsSink(Buffer<std::uint32_t>& counts) : counts_(counts), start_(counts.size()) {
    room(1);
  }

  void room(std::int64_t n) {
    const std::int64_t size = start_ + written();
    counts_.truncate(size);
    counts_.grow(n + 1);  // and one for the last run
    first_ = counts_.data() + start_;
    out_ = counts_.data() + size;
  }

  void toggle(std::int64_t position) {
    if (position == end_ && out_ != first_) {
      end_ -= *--out_;
    } else {
      push(position);
    }
  }

  // A toggle that is known to differ from the last.
  void push(std::int64_t position) {
    *out_++ = static_cast<std::uint32_t>(position - end_);
    end_ = position;
  }

  void finish(std::int64_t area) {
    if (end_ < area || out_ == first_) *out_++ = static_cast<std::uint32_t>(area - end_);
    counts_.truncate(start_ + written());
  }

 private:
  std::int64_t written() const { return out_ == nullptr ? 0 : out_ - first_; }

  Buffer<std::uint32_t>& counts_;
  std::int64_t start_;
  std::uint32_t* first_ = nullptr;
  std::uint32_t* out_ = nullptr;
  std::int64_t end_ = 0;
};

// Keeps the positions, so that fills can be united; any area.
class PositionsSink {
 public:
  explicit PositionsSink(Buffer<std::int64_t>& positions)
      : positions_(positions), start_(positions.size()) {}

  void room(std::int64_t) {}
  void push(std::int64_t position) { positions_.push_back(position); }

  void toggle(std::int64_t position) {
    if (positions_.size() > start_ && positions_.back() == position) {
      positions_.truncate(positions_.size() - 1);
    } else {
      positions_.push_back(position);
    }
  }

 private:
  Buffer<std::int64_t>& positions_;
  std::int64_t start_;
};

// Gives the toggles of columns of `height` pixels from their sorted keys, which are rows.
template <class Sink>
struct EvenOddColumns {
  Sink& sink;
  std::int64_t height;

  void room(std::int64_t n) { sink.room(n); }
  void two(std::int64_t column, std::uint32_t low, std::uint32_t high) {
    if (low == high) return;
    sink.toggle(column * height + low);
    sink.push(column * height + high);
  }
  void many(std::int64_t column, const std::uint32_t* begin, const std::uint32_t* end) {
    for (; begin != end; begin++) sink.toggle(column * height + *begin);
  }
};

// The same under the nonzero rule, where a key is 2 * row + (1 when the edge runs to the left).
template <class Sink>
struct NonzeroColumns {
  Sink& sink;
  std::int64_t height;

  void room(std::int64_t n) { sink.room(n); }
  void two(std::int64_t column, std::uint32_t low, std::uint32_t high) {
    EvenOddColumns<Sink>{sink, height}.two(column, low >> 1, high >> 1);
  }
  void many(std::int64_t column, const std::uint32_t* begin, const std::uint32_t* end) {
    std::int64_t winding = 0;
    while (begin != end) {
      const std::uint32_t row = *begin >> 1;
      const bool was_inside = winding != 0;
      for (; begin != end && *begin >> 1 == row; begin++) winding += (*begin & 1) != 0 ? 1 : -1;
      if ((winding != 0) != was_inside) sink.toggle(column * height + row);
    }
  }
};

// Replaces the toggles of several fills, of which fill k has those in [ends[k-1], ends[k]), by the
// toggles of their union. `spare` is memory to work in.
void unite_toggles(Buffer<std::int64_t>& positions, Buffer<std::int64_t>& ends,
                   Buffer<std::int64_t>& spare);

}  // namespace me
