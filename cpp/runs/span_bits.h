// Foreground (or background) spans of masks written into words of bits, stretch by stretch.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/buffer.h"
#include "runs/runs.h"

namespace me {

// Gives the spans of one value of a mask, in order; positions count from a base that moves on.
// Empty spans and neighbouring ones come as they stand in the counts.
class SpanReader {
 public:
  // The background reads as if an empty background run came first.
  SpanReader(const RunList& runs, bool foreground)
      : next_(runs.counts), end_(runs.counts + runs.n) {
    if (foreground) {
      step();
    } else if (next_ != end_) {
      span_end = *next_++;
    } else {
      begin = span_end = INT64_MAX;
    }
  }

  void step() {
    if (end_ - next_ >= 2) {
      begin = span_end + next_[0];
      span_end = begin + next_[1];
      next_ += 2;
    } else {
      begin = span_end = INT64_MAX;
    }
  }

  // Moves the base on by `length`; what lies before it is forgotten.
  void move_base(std::int64_t length) {
    if (begin == INT64_MAX) return;
    begin = std::max(begin, length) - length;
    span_end -= length;
  }

  std::int64_t begin = 0;
  std::int64_t span_end = 0;

 private:
  const std::uint32_t* next_;
  const std::uint32_t* end_;
};

// How a span reaches the words between its ends. `fill` writes them: best for short spans.
// `depth` counts covers per word, two additions a span, and settles them at the end: no loop, and
// so no mispredicted branch, per span; the only one for `exclude`.
enum class SpanMode { fill, depth };

// 64 * n positions as bits. Write spans of several masks, then settle, then read words().
class SpanBits {
 public:
  explicit SpanBits(std::int64_t n) : n_(n), words_(n + 1), depths_(n + 2) {}

  std::uint64_t* words() { return words_.data(); }

  void clear() {
    std::memset(words_.data(), 0, static_cast<std::size_t>(n_ + 1) * sizeof(std::uint64_t));
    std::memset(depths_.data(), 0, static_cast<std::size_t>(n_ + 2) * sizeof(std::int32_t));
  }

  // Sets (or flips, for `exclude`) the bits of all spans in the stretch and moves the reader's base
  // to its end.
  template <SpanMode mode, bool exclude>
  void add(SpanReader& reader) {
    static_assert(mode == SpanMode::depth || !exclude, "only depth counts flips");
    SpanReader spans = reader;  // in registers, whatever the words below may alias
    const std::int64_t stretch = 64 * n_;
    std::uint64_t* const words = words_.data();
    std::int32_t* const depths = depths_.data();
    while (spans.begin < stretch) {
      const std::int64_t end = std::min(spans.span_end, stretch);
      const std::int64_t first = spans.begin >> 6;
      const std::int64_t last = end >> 6;
      std::uint64_t head = ~std::uint64_t{0} << (spans.begin & 63);
      std::uint64_t tail = ~(~std::uint64_t{0} << (end & 63));
      const std::uint64_t apart = first != last ? 1 : 0;
      head &= tail | (0 - apart);
      tail &= (0 - apart);
      words[first] = exclude ? words[first] ^ head : words[first] | head;
      words[last] = exclude ? words[last] ^ tail : words[last] | tail;
      if (mode == SpanMode::depth) {
        depths[first + 1] += static_cast<std::int32_t>(apart);
        depths[last] -= static_cast<std::int32_t>(apart);
      } else {
        fill(words + first + 1, last - first - 1);
      }
      if (spans.span_end > stretch) break;
      spans.step();
    }
    spans.move_base(stretch);
    reader = spans;
  }

  // Brings the counted covers into the words; before this, only `fill` is complete.
  template <bool exclude>
  void settle() {
    std::uint32_t depth = 0;
    for (std::int64_t k = 0; k < n_; k++) {
      depth += static_cast<std::uint32_t>(depths_[k]);
      const std::uint64_t cover = 0 - std::uint64_t{exclude ? depth & 1 : depth != 0};
      words_[k] = exclude ? words_[k] ^ cover : words_[k] | cover;
    }
  }

 private:
  // Sets n words; n may be negative. Two stores of four that may overlap replace a loop.
  static void fill(std::uint64_t* words, std::int64_t n) {
    static constexpr std::uint64_t ones[4] = {~0ull, ~0ull, ~0ull, ~0ull};
    if (n >= 4) {
      std::uint64_t* const end = words + n;
      for (; words + 4 < end; words += 4) std::memcpy(words, ones, sizeof ones);
      std::memcpy(end - 4, ones, sizeof ones);
    } else if (n > 0) {
      for (std::int64_t k = 0; k < n; k++) words[k] = ones[0];
    }
  }

  std::int64_t n_;
  Buffer<std::uint64_t> words_;
  Buffer<std::int32_t> depths_;
};

}  // namespace me
