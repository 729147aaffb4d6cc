#include "runs/line_dilation.h"

#include <algorithm>

#include "base/interrupt.h"
#include "runs/growing_line.h"

namespace me {
namespace {

// Lines [begin, end) of the result, with those that the outside sets.
class Result {
 public:
  Result(const LineStack& stack, const Footprint& footprint, const Outside& outside, LineSink& sink)
      : n_(words_for(stack.length)),
        tail_(kernels::tail_mask(stack.length)),
        first_(outside.first ? footprint.across() : 0),
        last_(stack.lines - (outside.last ? footprint.across() : 0)),
        full_(n_),
        sink_(sink) {
    std::fill(full_.begin(), full_.end(), ~std::uint64_t{0});
    full_[n_ - 1] = tail_;
  }

  // `words` may be changed.
  void write(std::int64_t line, std::uint64_t* words) {
    if (line < first_ || line >= last_) {
      sink_.write(line, full_.data());
      return;
    }
    words[n_ - 1] &= tail_;
    sink_.write(line, words);
  }

 private:
  std::int64_t n_;
  std::uint64_t tail_;
  std::int64_t first_, last_;  // lines [first, last) are not set from outside
  Buffer<std::uint64_t> full_;
  LineSink& sink_;
};

// Each line that is read grows step by step, and is united with the lines that it reaches at each
// width; a line is ready once all that reach it are read.
void scatter(const LineStack& stack, const Footprint& footprint, const Outside& outside,
             std::int64_t begin, std::int64_t end, LineSource& source, Result& result) {
  const auto& kernels = growth_kernels();
  const std::int64_t n = words_for(stack.length);
  const std::int64_t across = footprint.across();
  const std::int64_t ring_lines = 2 * across + 1;
  GrowingLine line(stack.length, footprint.along(0), outside.low, outside.high);
  Buffer<std::uint64_t> ring(ring_lines * n);
  poll(static_cast<double>(ring.size()));
  std::fill(ring.begin(), ring.end(), std::uint64_t{0});
  poll(static_cast<double>(ring.size()));
  const auto place = [&](std::int64_t y) { return ring.data() + y % ring_lines * n; };
  const auto finish = [&](std::int64_t y) {
    result.write(y, place(y));
    std::fill(place(y), place(y) + n, std::uint64_t{0});
  };
  const std::int64_t stop = std::min(end + across, stack.lines);
  for (std::int64_t y = std::max<std::int64_t>(begin - across, 0); y < stop; y++) {
    poll(static_cast<double>(n * (across + 8)));
    line.read(source, y);
    for (std::int64_t d = line.is_empty() ? -1 : across; d >= 0; d--) {
      line.grow_to(footprint.along(d));
      const bool above = y - d >= begin && y - d < end;
      const bool below = y + d < end && y + d >= begin;
      if (above && below && d > 0) {
        kernels.unite_two(place(y - d), place(y + d), line.words(), n);
      } else if (above || below) {
        kernels.unite(place(above ? y - d : y + d), line.words(), n);
      }
    }
    if (y - across >= begin) finish(y - across);
  }
  for (std::int64_t y = std::max(stop - across, begin); y < end; y++) finish(y);
}

// Running unions (van Herk 1992; Gil and Werman 1993): lines are taken in blocks as long as the
// footprint, so that what reaches a line is the rest of one block and the start of the next.
class Blocks {
 public:
  Blocks(const LineStack& stack, const Footprint& footprint, const Outside& outside,
         LineSource& source)
      : n_(words_for(stack.length)),
        lines_(stack.lines),
        across_(footprint.across()),
        length_(2 * across_ + 1),
        cross_(!footprint.is_rectangle()),
        width_(footprint.along(0)),
        line_(stack.length, width_, outside.low, outside.high),
        block_(length_ * n_),
        next_(length_ * n_),
        running_(n_),
        middles_(cross_ ? (across_ + 1) * n_ : 0),
        out_(n_),
        source_(source) {}

  void run(std::int64_t begin, std::int64_t end, Result& result) {
    std::int64_t start = begin - across_;  // of the block
    for (std::int64_t k = 0; k < length_; k++) take(start + k, block_.data() + k * n_);
    for (;; start += length_) {
      for (std::int64_t k = length_ - 2; k >= 0; k--) {
        poll(static_cast<double>(n_));
        std::uint64_t* words = block_.data() + k * n_;
        kernels_.unite(words, words + n_, n_);
      }
      std::fill(running_.begin(), running_.end(), std::uint64_t{0});
      for (std::int64_t k = 0; k < length_; k++) {
        const std::int64_t y = start + k + across_;
        if (y >= end) return;
        kernels_.join(block_.data() + k * n_, running_.data(), n_, out_.data());
        if (cross_) kernels_.unite(out_.data(), middle(y), n_);
        result.write(y, out_.data());
        std::uint64_t* words = next_.data() + k * n_;
        take(start + length_ + k, words);
        kernels_.unite(running_.data(), words, n_);
      }
      block_.swap(next_);
    }
  }

 private:
  std::uint64_t* middle(std::int64_t y) { return middles_.data() + y % (across_ + 1) * n_; }

  // Line y as it reaches other lines; outside the stack, nothing.
  void take(std::int64_t y, std::uint64_t* words) {
    poll(static_cast<double>(4 * n_));
    if (y < 0 || y >= lines_) {
      std::fill(words, words + n_, std::uint64_t{0});
      return;
    }
    line_.read(source_, y);
    if (!cross_) line_.grow_to(width_);
    std::copy(line_.words(), line_.words() + n_, words);
    if (cross_) {
      line_.grow_to(width_);
      std::copy(line_.words(), line_.words() + n_, middle(y));
    }
  }

  std::int64_t n_, lines_, across_, length_;
  bool cross_;
  std::int64_t width_;
  GrowingLine line_;
  Buffer<std::uint64_t> block_, next_, running_, middles_, out_;
  LineSource& source_;
  const kernels::GrowthKernels& kernels_ = growth_kernels();
};

}  // namespace

void dilate_lines(const LineStack& stack, const Footprint& footprint, const Outside& outside,
                  std::int64_t begin, std::int64_t end, LineSource& source, LineSink& sink) {
  Result result(stack, footprint, outside, sink);
  if (footprint.across() > 1 && (footprint.is_rectangle() || footprint.is_cross())) {
    Blocks(stack, footprint, outside, source).run(begin, end, result);
  } else {
    scatter(stack, footprint, outside, begin, end, source, result);
  }
}

void InvertedLines::read(std::int64_t line, std::uint64_t* words) {
  source_.read(line, words);
  const std::int64_t n = words_for(length_);
  for (std::int64_t k = 0; k < n; k++) words[k] = ~words[k];
  words[n - 1] &= kernels::tail_mask(length_);
}

void InvertedSink::write(std::int64_t line, const std::uint64_t* words) {
  const std::int64_t n = words_for(length_);
  for (std::int64_t k = 0; k < n; k++) line_[k] = ~words[k];
  line_[n - 1] &= kernels::tail_mask(length_);
  sink_.write(line, line_.data());
}

}  // namespace me
