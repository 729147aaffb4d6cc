// A string of bits that comes in pieces of any length, and is scanned to counts as it grows.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/buffer.h"
#include "runs/bit_scan.h"
#include "runs/bits.h"
#include "runs/runs.h"

namespace me {

class BitString {
 public:
  explicit BitString(Buffer<std::uint32_t>& counts) : counts_(counts), scanner_(counts, 0, false) {
    std::fill(words_.begin(), words_.end(), std::uint64_t{0});
  }

  // Up to 64 bits: those of the word from n on are zero.
  void add(std::uint64_t bits, std::int64_t n) {
    std::uint64_t* const to = words_.data() + (n_ >> 6);
    to[0] |= bits << (n_ & 63);
    to[1] = bits >> 1 >> (63 - (n_ & 63));
    n_ += n;
    if (n_ >= 64 * stretch) scan();
  }

  // Bits [from, from + n) of words, of which one more can be read.
  void add(const std::uint64_t* words, std::int64_t from, std::int64_t n) {
    for (; n > 0; n -= 64, from += 64) {
      const std::uint64_t bits = word_at(words, from);
      if (n >= 64) {
        add(bits, 64);
      } else {
        add(bits & ((std::uint64_t{1} << n) - 1), n);
      }
    }
  }

  // Costs no more for many.
  void add_background(std::int64_t n) {
    if (n < 64 * stretch - n_) {
      n_ += n;
      return;
    }
    scanner_.scan(words_.data(), n_);
    scanner_.skip(n);
    std::fill(words_.begin(), words_.end(), std::uint64_t{0});
    n_ = 0;
  }

  // The last count; nothing is added after it.
  void finish() {
    scanner_.scan(words_.data(), n_);
    append_split(counts_, scanner_.pending());
  }

 private:
  static constexpr std::int64_t stretch = 1024;  // words

  void scan() {
    scanner_.scan(words_.data(), 64 * stretch);
    const std::uint64_t begun = words_[stretch];
    std::fill(words_.begin(), words_.end(), std::uint64_t{0});
    n_ -= 64 * stretch;
    words_[0] = n_ > 0 ? begun : 0;
  }

  Buffer<std::uint32_t>& counts_;
  BitScanner scanner_;
  Buffer<std::uint64_t> words_{stretch + 2};
  std::int64_t n_ = 0;  // bits in the words, fewer than 64 * stretch
};

// Whether runs of fewer pixels each than `most` are rather moved as bits, column by column.
inline bool short_runs(const RunList& runs, std::int64_t most) {
  constexpr std::int64_t least_height = 64;
  return runs.size.height >= least_height && runs.size.area() < most * runs.n;
}

}  // namespace me
