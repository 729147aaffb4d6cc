#include "runs/bit_scan.h"

#include <algorithm>

namespace me {
namespace {

// Bit i of the result is the parity of bits [0, i] of the word.
std::uint64_t parity_up_to(std::uint64_t word) {
  word ^= word << 1;
  word ^= word << 2;
  word ^= word << 4;
  word ^= word << 8;
  word ^= word << 16;
  return word ^ word << 32;
}

}  // namespace

void append_split(Buffer<std::uint32_t>& counts, std::int64_t pending) {
  while (pending > UINT32_MAX) {
    counts.push_back(UINT32_MAX);
    counts.push_back(0);
    pending -= UINT32_MAX;
  }
  counts.push_back(static_cast<std::uint32_t>(pending));
}

void join_scans(const Buffer<std::uint32_t>* parts, const std::int64_t* pending,
                std::int64_t chunks, Buffer<std::uint32_t>& counts) {
  std::int64_t open = 0;  // pixels of the run that goes on into the next stretch
  for (std::int64_t c = 0; c < chunks; c++) {
    const Buffer<std::uint32_t>& part = parts[c];
    if (part.empty()) {
      open += pending[c];
      continue;
    }
    std::int64_t first = 0;
    while (part[first] == UINT32_MAX && first + 2 < part.size() && part[first + 1] == 0) {
      open += UINT32_MAX;  // a split run is joined with the open one before it is split anew
      first += 2;
    }
    append_split(counts, open + part[first]);
    counts.append(part.data() + first + 1, part.size() - first - 1);
    open = pending[c];
  }
  append_split(counts, open);
}

// The ends of runs are marked as bits, and a word is the running parity of its marks. That needs
// no branch for a run that ends in the same word as the one before.
void BitFiller::fill(std::uint64_t* words, std::int64_t n) {
  const std::int64_t n_words = (n + 63) / 64;
  std::uint64_t carry = value_ ? ~std::uint64_t{0} : 0;
  mark_ends(words, n);
  for (std::int64_t i = 0; i < n_words; i++) words[i] = parity_up_to(words[i]);
  for (std::int64_t i = 0; i < n_words; i++) {
    words[i] ^= carry;
    carry = std::uint64_t{0} - (words[i] >> 63);
  }
}

// Sets a bit where a run ends; two that end at one place leave none.
void BitFiller::mark_ends(std::uint64_t* words, std::int64_t n) {
  const std::uint32_t* next = next_;
  std::int64_t end = left_;  // of the current run
  std::int64_t word = 0;
  std::uint64_t marks = 0;  // of that word
  const auto reach_end = [&] {
    if (end >> 6 == word) return;
    words[word] = marks;
    std::fill(words + word + 1, words + (end >> 6), std::uint64_t{0});
    word = end >> 6;
    marks = 0;
  };
  while (end + 64 < n && end_ - next >= 4) {
    const std::uint64_t two = std::uint64_t{next[0]} + next[1];
    const std::uint64_t three = two + next[2];
    const std::uint64_t four = three + next[3];
    reach_end();
    const std::uint64_t at = static_cast<std::uint64_t>(end) & 63;
    if (four > 63) {
      marks ^= std::uint64_t{1} << at;
      end += *next++;
      continue;
    }
    // Four ends, the first at `end`, without a branch for the one that begins the next word.
    const std::uint64_t ends = std::uint64_t{1} ^ std::uint64_t{1} << next[0] ^
                               std::uint64_t{1} << two ^ std::uint64_t{1} << three;
    marks ^= ends << at;
    words[word] = marks;
    const std::uint64_t beyond = ends >> 1 >> (63 - at);
    const std::uint64_t passed = (at + four) >> 6;  // 0 or 1
    marks ^= (marks ^ beyond) & (0 - passed);
    word += static_cast<std::int64_t>(passed);
    end += static_cast<std::int64_t>(four);
    next += 4;
  }
  for (; end < n && next != end_; end += *next++) {
    reach_end();
    marks ^= std::uint64_t{1} << (end & 63);
  }
  words[word] = marks;
  std::fill(words + word + 1, words + (n + 63) / 64, std::uint64_t{0});
  if (((next - next_) & 1) != 0) value_ = !value_;
  next_ = next;
  left_ = std::max<std::int64_t>(end - n, 0);
}

}  // namespace me
