// Stretches of bits put one behind the other.
#pragma once
#include <cstdint>

#include "base/poll_some.h"
#include "runs/bits.h"

namespace me {

class BitWriter {
 public:
  explicit BitWriter(std::uint64_t* words) : words_(words) {}

  // Bits [from, from + n) of `source`, of which one word more can be read.
  void add(const std::uint64_t* source, std::int64_t from, std::int64_t n) {
    if (n <= 0) return;
    poll(static_cast<double>(n) / 64);
    const std::int64_t used = n_ & 63;
    std::uint64_t* to = words_ + (n_ >> 6);
    n_ += n;
    if (used != 0) {
      *to++ |= word_at(source, from) << used;
      from += 64 - used;
      n -= 64 - used;
    }
    if (n > 0) copy(source + (from >> 6), from & 63, (n + 63) >> 6, to);
    clear_tail(words_, n_);
  }

  // Up to 64 bits: those of the word from n on are zero.
  void add(std::uint64_t bits, std::int64_t n) {
    if (n <= 0) return;
    const std::int64_t used = n_ & 63;
    std::uint64_t* const to = words_ + (n_ >> 6);
    n_ += n;
    if (used == 0) {
      to[0] = bits;
    } else {
      to[0] |= bits << used;
      if (used + n > 64) to[1] = bits >> (64 - used);
    }
  }

  void add_background(std::int64_t n) {
    const std::int64_t used = n_ & 63;
    std::int64_t k = (n_ >> 6) + (used != 0 ? 1 : 0);
    n_ += n;
    for (; k < (n_ + 63) >> 6; k++) {
      words_[k] = 0;
      poll_some(k, 0.25);
    }
  }

 private:
  static void copy(const std::uint64_t* from, std::int64_t shift, std::int64_t n,
                   std::uint64_t* __restrict to) {
    if (shift == 0) {
      for (std::int64_t k = 0; k < n; k++) to[k] = from[k];
      return;
    }
    for (std::int64_t k = 0; k < n; k++) to[k] = from[k] >> shift | from[k + 1] << (64 - shift);
  }

  std::uint64_t* words_;
  std::int64_t n_ = 0;  // bits written; those behind them in their last word are zero
};

}  // namespace me
