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
  const std::uint32_t* next = next_;
  std::uint64_t carry = value_ ? ~std::uint64_t{0} : 0;
  std::uint64_t marks = 0;
  std::int64_t word = 0;
  std::int64_t end = left_;  // of the current run
  for (; end < n && next != end_; end += *next++) {
    if (end >> 6 != word) {
      words[word] = parity_up_to(marks) ^ carry;
      carry = std::uint64_t{0} - (words[word] >> 63);
      std::fill(words + word + 1, words + (end >> 6), carry);
      word = end >> 6;
      marks = 0;
    }
    marks ^= std::uint64_t{1} << (end & 63);
  }
  words[word] = parity_up_to(marks) ^ carry;
  carry = std::uint64_t{0} - (words[word] >> 63);
  std::fill(words + word + 1, words + (n + 63) / 64, carry);
  if (((next - next_) & 1) != 0) value_ = !value_;
  next_ = next;
  left_ = std::max<std::int64_t>(end - n, 0);
}

}  // namespace me
