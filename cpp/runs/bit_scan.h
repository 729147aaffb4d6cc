// Bits -> counts, and counts -> bits.
#pragma once
#include <cstdint>
#if defined(_MSC_VER)
#include <intrin.h>
#endif

#include "base/buffer.h"
#include "base/interrupt.h"
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

// Where the counts of a stretch of positions are written to, and where its last change of value
// was. Kept in registers: loops copy it, and put it back at their end.
struct ChangeState {
  std::uint32_t* out;
  std::int64_t last;

  // Changes at base + i for each set bit i of a word that is not zero.
  void write(std::uint64_t changes, std::int64_t base) {
    std::uint32_t* to = out;
    std::int64_t before = last;
    while (base + lowest_bit(changes) - before > UINT32_MAX) {
      *to++ = UINT32_MAX;
      *to++ = 0;
      before += UINT32_MAX;
    }
    do {
      const std::int64_t position = base + lowest_bit(changes);
      changes &= changes - 1;
      *to++ = static_cast<std::uint32_t>(position - before);
      before = position;
    } while (changes != 0);
    last = before;
    out = to;
  }

  // The same for any word. Whether there is a change is hard to foresee, so the first one is
  // written in any case and kept only where there was one; more than one is rare but in noise.
  void write_unforeseen(std::uint64_t changes, std::int64_t base) {
    const std::int64_t first = base + lowest_bit(changes | std::uint64_t{1} << 63);
    if (first - last > UINT32_MAX) {
      if (changes != 0) write(changes, base);
      return;
    }
    *out = static_cast<std::uint32_t>(first - last);
    out += changes != 0;
    last = changes != 0 ? first : last;
    const std::uint64_t more = changes & (changes - 1);
    if (more != 0) write(more, base);
  }
};

// Writes the counts of a stretch of positions from the changes of value in it, in order. The first
// count runs from the start of the stretch to the first change.
class ChangeWriter {
 public:
  ChangeWriter(Buffer<std::uint32_t>& counts, std::int64_t begin) : counts_(counts), last_(begin) {}

  // Room for n changes before position `end`; what is written there is kept by commit().
  ChangeState reserve(std::int64_t n, std::int64_t end) {
    return {counts_.grow(n + 2 * ((end - last_) >> 31) + 3), last_};
  }
  void commit(const ChangeState& state) {
    counts_.truncate(state.out - counts_.data());
    last_ = state.last;
  }

  // Where the last change was; the start of the stretch before there is one.
  std::int64_t last() const { return last_; }

 private:
  Buffer<std::uint32_t>& counts_;
  std::int64_t last_;
};

// Writes the counts of a string of bits that is scanned piece by piece.
class BitScanner {
 public:
  // The string starts at position `begin`, after a pixel of value `before`.
  BitScanner(Buffer<std::uint32_t>& counts, std::int64_t begin, bool before)
      : writer_(counts, begin), position_(begin), carry_(before) {}

  // Scans the next n bits, most of whose words are expected to hold no change.
  void scan(const std::uint64_t* words, std::int64_t n) {
    poll(0.2 * static_cast<double>(n));
    ChangeState state = writer_.reserve(n, position_ + n);
    const std::int64_t whole = n / 64;
    const std::int64_t eights = whole / 8 * 8;
    std::int64_t look = 0;  // where to look for flat words again: not at each change of value,
    for (std::int64_t k = 0; k < eights; k += 8) {  // as such a branch cannot be foreseen
      if (k >= look) {
        if (is_flat(words + k)) continue;
        look = k + 5 * 8;
      }
      for (std::int64_t j = k; j < k + 8; j++) {
        const std::uint64_t changes = words[j] ^ (words[j] << 1 | carry_);
        carry_ = words[j] >> 63;
        if (changes != 0) state.write(changes, position_ + 64 * j);
      }
    }
    for (std::int64_t k = eights; k < whole; k++) {
      const std::uint64_t changes = words[k] ^ (words[k] << 1 | carry_);
      carry_ = words[k] >> 63;
      if (changes != 0) state.write(changes, position_ + 64 * k);
    }
    if ((n & 63) != 0) {
      const std::uint64_t word = words[n / 64];
      const std::uint64_t changes = (word ^ (word << 1 | carry_)) & kernels::tail_mask(n);
      carry_ = word >> ((n & 63) - 1) & 1;
      if (changes != 0) state.write(changes, position_ + n / 64 * 64);
    }
    position_ += n;
    writer_.commit(state);
  }

  // The same for n bits that are zero, whatever their number.
  void skip(std::int64_t n) {
    if (carry_ != 0 && n > 0) {
      ChangeState state = writer_.reserve(1, position_);
      state.write(1, position_);
      writer_.commit(state);
      carry_ = 0;
    }
    position_ += n;
  }

  // Pixels since the last change of value (or since the start).
  std::int64_t pending() const { return position_ - writer_.last(); }

 private:
  // Whether eight words go on as the last bit did.
  bool is_flat(const std::uint64_t* words) const {
    const std::uint64_t all = std::uint64_t{0} - carry_;
    std::uint64_t other = 0;
    for (int j = 0; j < 8; j++) other |= words[j] ^ all;
    return other == 0;
  }

  ChangeWriter writer_;
  std::int64_t position_;
  std::uint64_t carry_;
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

  // Writes the next n bits to words_for(n) words; bits after them in the last word are undefined.
  void fill(std::uint64_t* words, std::int64_t n);

 private:
  void mark_ends(std::uint64_t* words, std::int64_t n);

  const std::uint32_t* next_;
  const std::uint32_t* end_;
  std::int64_t left_ = 0;  // pixels left of the current run
  bool value_ = true;      // of the current run; the first step makes it background
};

}  // namespace me
