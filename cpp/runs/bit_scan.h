// Columns of bits -> counts, and counts -> columns of bits.
#pragma once
#include <cstdint>
#if defined(_MSC_VER)
#include <intrin.h>
#endif

#include "base/buffer.h"
#include "runs/bits_kernels.h"
#include "runs/runs.h"

namespace me {

// Index of the lowest set bit of a word that is not zero.
inline int lowest_bit(std::uint64_t word) {
#if defined(_MSC_VER)
  unsigned long index;
  _BitScanForward64(&index, word);
  return static_cast<int>(index);
#else
  return __builtin_ctzll(word);
#endif
}

// Index of the highest set bit of a word that is not zero.
inline int highest_bit(std::uint64_t word) {
#if defined(_MSC_VER)
  unsigned long index;
  _BitScanReverse64(&index, word);
  return static_cast<int>(index);
#else
  return 63 - __builtin_clzll(word);
#endif
}

// Writes the counts of a stretch of positions that is scanned in pieces, in order. The first count
// runs from the start of the stretch to the first change of value.
class BitScanner {
 public:
  // The stretch starts at position `begin`, after a pixel of value `before`.
  BitScanner(Buffer<std::uint32_t>& counts, std::int64_t begin, bool before)
      : counts_(counts), last_(begin), position_(begin), carry_(before) {}

  // Scans the next n bits, most of whose words are expected to hold no change.
  void scan(const std::uint64_t* words, std::int64_t n) {
    reserve(n);
    for (std::int64_t k = 0; 64 * k < n; k++) {
      const std::int64_t bits = n - 64 * k < 64 ? n - 64 * k : 64;
      const std::uint64_t word = words[k];
      const std::uint64_t changes = (word ^ (word << 1 | carry_)) & kernels::tail_mask(bits);
      carry_ = word >> (bits - 1) & 1;
      if (changes != 0) write(changes);
      position_ += bits;
    }
    commit();
  }

  // Passes over n bits of one value.
  void scan_equal(bool value, std::int64_t n) {
    reserve(1);
    scan_equal_reserved(value, n);
    commit();
  }

  // The parts of a scan: room for n more bits, words and equal stretches, and the end.
  void reserve(std::int64_t n) { out_ = counts_.grow(n + room_for_splits()); }

  // For a word that may well hold a change.
  void scan_word_reserved(std::uint64_t word, std::int64_t n) {
    const std::uint64_t changes = (word ^ (word << 1 | carry_)) & kernels::tail_mask(n);
    carry_ = word >> (n - 1) & 1;
    if (position_ - last_ > std::int64_t{UINT32_MAX} - 64) {
      if (changes != 0) write(changes);
    } else {
      // Whether a word has a change is hard to foresee, so the first one is written in any case
      // and kept only where there was one; more than one is rare but in noise.
      const std::int64_t first = position_ + lowest_bit(changes | std::uint64_t{1} << 63);
      *out_ = static_cast<std::uint32_t>(first - last_);
      out_ += changes != 0;
      last_ = changes != 0 ? first : last_;
      const std::uint64_t more = changes & (changes - 1);
      if (more != 0) write(more);
    }
    position_ += n;
  }

  void scan_equal_reserved(bool value, std::int64_t n) {
    if (n > 0 && value != (carry_ != 0)) {
      write(1);
      carry_ = value ? 1 : 0;
    }
    position_ += n;
  }

  void commit() { counts_.truncate(out_ - counts_.data()); }

  // Pixels since the last change of value (or since the start).
  std::int64_t pending() const { return position_ - last_; }

 private:
  // Only the run that is open when a scan begins can be that long.
  std::int64_t room_for_splits() const { return 2 * (pending() >> 31) + 2; }

  void write(std::uint64_t changes) {
    std::int64_t last = last_;
    std::uint32_t* out = out_;
    while (position_ + lowest_bit(changes) - last > UINT32_MAX) {
      *out++ = UINT32_MAX;
      *out++ = 0;
      last += UINT32_MAX;
    }
    do {
      const std::int64_t position = position_ + lowest_bit(changes);
      changes &= changes - 1;
      *out++ = static_cast<std::uint32_t>(position - last);
      last = position;
    } while (changes != 0);
    last_ = last;
    out_ = out;
  }

  Buffer<std::uint32_t>& counts_;
  std::int64_t last_;
  std::int64_t position_;
  std::uint64_t carry_;
  std::uint32_t* out_ = nullptr;
};

// Appends a last count of `pending` pixels, split where it exceeds 32 bits.
void append_split(Buffer<std::uint32_t>& counts, std::int64_t pending);

// Joins stretches scanned side by side: parts[c] are the counts of stretch c and pending[c] the
// pixels after its last change of value.
void join_scans(const Buffer<std::uint32_t>* parts, const std::int64_t* pending,
                std::int64_t chunks, Buffer<std::uint32_t>& counts);

// Gives the pixels of one mask as bits, piece by piece.
class BitFiller {
 public:
  explicit BitFiller(const RunList& runs) : next_(runs.counts), end_(runs.counts + runs.n) {}

  // Whether the next n bits have one value, and which.
  bool next_is_equal(std::int64_t n) {
    step();
    return left_ >= n;
  }
  bool value() const { return value_; }

  // Writes the next n bits to words_for(n) words; bits after them in the last word are undefined.
  void fill(std::uint64_t* words, std::int64_t n);

  // Passes over n bits of one value.
  void skip(std::int64_t n) { left_ -= n; }

 private:
  void step() {
    while (left_ == 0 && next_ != end_) {
      left_ = *next_++;
      value_ = !value_;
    }
  }

  const std::uint32_t* next_;
  const std::uint32_t* end_;
  std::int64_t left_ = 0;  // pixels left of the current run
  bool value_ = true;      // of the current run; the first step makes it background
};

// 64 bits from position `bit` on; reads the word after them too.
inline std::uint64_t bits_at(const std::uint64_t* words, std::int64_t bit) {
  const int shift = static_cast<int>(bit & 63);
  const std::uint64_t* word = words + (bit >> 6);
  return word[0] >> shift | (word[1] << 1) << (63 - shift);
}

}  // namespace me
