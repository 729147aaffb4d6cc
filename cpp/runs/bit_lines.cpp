#include "runs/bit_lines.h"

#include <algorithm>
#include <cstring>

#include "base/interrupt.h"
#include "base/limits.h"
#include "base/values.h"
#include "runs/cursor.h"

namespace me {
namespace {

void set_bits(std::uint64_t* words, std::int64_t begin, std::int64_t end) {
  const std::int64_t first = begin >> 6;
  const std::int64_t last = (end - 1) >> 6;
  const std::uint64_t head = ~std::uint64_t{0} << (begin & 63);
  const std::uint64_t tail = ~std::uint64_t{0} >> (63 & -end);
  if (first == last) {
    words[first] |= head & tail;
    return;
  }
  words[first] |= head;
  for (std::int64_t k = first + 1; k < last; k++) words[k] = ~std::uint64_t{0};
  words[last] |= tail;
}

constexpr std::int64_t words_at_once = 4096;  // of a line, so that little room is reserved

// Whether there are so many runs that words are better filled than spans set in them.
bool has_short_runs(const RunList& runs) {
  return runs.n > words_for(runs.size.height) * runs.size.width / 2;
}

}  // namespace

RunLines::RunLines(const RunList& runs, const Box& box)
    : is_dense_(has_short_runs(runs) && box.left == 0 && box.top == 0 &&
                box.bottom == runs.size.height),
      next_(runs.counts),
      end_(runs.counts + runs.n),
      spans_(runs),
      size_(runs.size),
      box_(box) {}

// Changes are marked, and each word is the running parity of its marks: there is no branch that
// depends on where runs end, which in noise is always guessed wrong.
void RunLines::fill(std::uint64_t* words) {
  const std::int64_t height = size_.height;
  const std::int64_t n = words_for(height);
  std::fill(words, words + n, std::uint64_t{0});
  const std::uint32_t* next = next_;
  std::int64_t end = left_;
  for (; end < height && next != end_; end += *next++) {
    words[end >> 6] ^= std::uint64_t{1} << (end & 63);
  }
  left_ = std::max<std::int64_t>(end - height, 0);
  next_ = next;
  for (std::int64_t k = 0; k < n; k++) {
    std::uint64_t word = words[k];
    word ^= word << 1;
    word ^= word << 2;
    word ^= word << 4;
    word ^= word << 8;
    word ^= word << 16;
    word ^= word << 32;
    words[k] = word ^ (0 - value_);
    value_ = words[k] >> 63;
  }
  const std::int64_t tail = height & 63;
  if (tail != 0) value_ = words[n - 1] >> (tail - 1) & 1;
  words[n - 1] &= kernels::tail_mask(height);
}

void RunLines::read(std::int64_t line, std::uint64_t* words) {
  poll(static_cast<double>(box_.bottom - box_.top));
  if (is_dense_) {
    for (; next_line_ <= line; next_line_++) fill(words);
    return;
  }
  const std::int64_t start = (box_.left + line) * size_.height;
  const std::int64_t top = start + box_.top;
  const std::int64_t bottom = start + box_.bottom;
  const std::int64_t next = start + size_.height;
  std::fill(words, words + words_for(bottom - top), std::uint64_t{0});
  for (; !spans_.done() && spans_.begin() < next; spans_.step()) {
    const std::int64_t begin = std::max(spans_.begin(), top);
    const std::int64_t end = std::min(spans_.end(), bottom);
    if (begin < end) set_bits(words, begin - top, end - top);
    if (spans_.end() > next) break;  // it goes on in the next column
  }
}

RunLineWriter::RunLineWriter(Buffer<std::uint32_t>& counts, Size size, const Box& box,
                             std::int64_t limit)
    : counts_(counts),
      start_(counts.size()),
      limit_(limit),
      size_(size),
      box_(box),
      whole_columns_(box.top == 0 && box.bottom == size.height),
      writer_(counts, 0) {}

void RunLineWriter::write(std::int64_t line, const std::uint64_t* words) {
  const std::int64_t base = (box_.left + line) * size_.height + box_.top;
  const std::int64_t length = box_.bottom - box_.top;
  const std::int64_t n = words_for(length);
  std::uint64_t carry = carry_;
  for (std::int64_t first = 0; first < n; first += words_at_once) {
    const std::int64_t last = std::min(first + words_at_once, n);
    ChangeState state = writer_.reserve(64 * (last - first) + 1, base + length);
    for (std::int64_t k = first; k < last; k++) {
      std::uint64_t changes = words[k] ^ (words[k] << 1 | carry);
      if (k == n - 1) changes &= kernels::tail_mask(length);
      carry = words[k] >> 63;
      if (changes != 0) state.write(changes, base + 64 * k);
    }
    writer_.commit(state);
    poll(static_cast<double>(last - first));
  }
  if ((length & 63) != 0) carry = words[n - 1] >> ((length & 63) - 1) & 1;
  carry_ = carry;
  if (!whole_columns_) end_column(base + length);
  if (counts_.size() - start_ > limit_) {
    throw LimitError(Limit::mask_runs, counts_.size() - start_, "masks");
  }
}

// Background follows, unless the mask ends.
void RunLineWriter::end_column(std::int64_t position) {
  if (carry_ != 0 && position < size_.area()) {
    ChangeState state = writer_.reserve(1, position);
    state.write(1, position);
    writer_.commit(state);
  }
  carry_ = 0;
}

void RunLineWriter::finish() {
  if (box_.right > box_.left) end_column((box_.right - 1) * size_.height + box_.bottom);
  append_split(counts_, size_.area() - writer_.last());
}

void ArrayLineWriter::write(std::int64_t line, const std::uint64_t* words) {
  char* to = data_ + line * stride_;
  if (step_ == bytes_) {
    unpack_(words, length_, 1, to);
    return;
  }
  for (std::int64_t k = 0; k < length_; k++) {
    set_values(to + k * step_, 1, bytes_, words[k >> 6] >> (k & 63) & 1);
  }
}

Box box_of(const RunList& runs) {
  const auto [height, width] = runs.size;
  SpanCursor spans(runs);
  if (spans.done()) return {};
  if (has_short_runs(runs)) return {0, width, 0, height};
  Box box{spans.begin() / height, 0, 0, height};
  std::int64_t start = box.left * height;  // of the column of the span
  box.top = height;
  box.bottom = 0;
  std::int64_t end = 0;
  for (; !spans.done(); spans.step()) {
    const std::int64_t ahead = spans.begin() - start;
    if (ahead >= height) start += ahead < 2 * height ? height : ahead / height * height;
    const bool inside = spans.end() - start <= height;
    box.top = std::min(box.top, inside ? spans.begin() - start : 0);
    box.bottom = std::max(box.bottom, inside ? spans.end() - start : height);
    end = spans.end();
  }
  box.right = (end - 1) / height + 1;
  return box;
}

}  // namespace me
