#include "ops/border_distances/elements.h"

#include <algorithm>

namespace me::cpu {
namespace {

// A line of bits and the same moved by one position, so that bit i is that of position i - 1 or of
// position i + 1.
class MovedLine {
 public:
  explicit MovedLine(std::int64_t words) : words_(words), back_(words), ahead_(words) {}

  std::uint64_t* words() { return words_.data(); }
  void clear() { std::fill(words_.begin(), words_.end(), std::uint64_t{0}); }

  void move() {
    const std::int64_t n = words_.size();
    std::uint64_t carry = 0;
    for (std::int64_t k = 0; k < n; k++) {
      back_[k] = words_[k] << 1 | carry;
      carry = words_[k] >> 63;
      ahead_[k] = words_[k] >> 1 | (k + 1 < n ? words_[k + 1] << 63 : 0);
    }
  }

  std::uint64_t here(std::int64_t k) const { return words_[k]; }
  std::uint64_t back(std::int64_t k) const { return back_[k]; }
  std::uint64_t ahead(std::int64_t k) const { return ahead_[k]; }

 private:
  Buffer<std::uint64_t> words_, back_, ahead_;
};

// Goes over the lines of a mask with those before and after each.
class Walk {
 public:
  Walk(LineSource& mask, LineSource* none, const LineStack& stack, BorderElements elements)
      : mask_(mask),
        none_(none),
        stack_(stack),
        elements_(elements),
        n_(words_for(stack.length + 1)),
        lines_{MovedLine(n_), MovedLine(n_), MovedLine(n_)},
        voids_{MovedLine(n_), MovedLine(n_), MovedLine(n_)} {}

  BorderLines run() {
    const bool corners = elements_ == BorderElements::corners;
    const std::int64_t lines = stack_.lines + (corners ? 1 : 0);
    out_.starts.reserve(lines + 1);
    out_.starts.push_back(0);
    for (int k : {0, 1}) load(k - 1, k);
    for (std::int64_t y = 0; y < lines; y++) {
      if (!corners) load(y + 1, 2);
      if (corners && y > 0) load(y, 1);
      for (std::int64_t k = 0; k < n_; k++) add(y, k);
      out_.starts.push_back(out_.at.size());
      std::swap(lines_[0], lines_[1]);
      std::swap(voids_[0], voids_[1]);
      if (corners) continue;
      std::swap(lines_[1], lines_[2]);
      std::swap(voids_[1], voids_[2]);
    }
    return std::move(out_);
  }

 private:
  // Reads line y, empty outside the stack, as line `slot`.
  void load(std::int64_t y, int slot) {
    MovedLine& line = lines_[slot];
    line.clear();
    voids_[slot].clear();
    if (y >= 0 && y < stack_.lines) {
      mask_.read(y, line.words());
      if (none_ != nullptr) {
        none_->read(y, voids_[slot].words());
        for (std::int64_t k = 0; k < n_; k++) line.words()[k] &= ~voids_[slot].words()[k];
      }
    }
    if (none_ != nullptr) voids_[slot].move();
    line.move();
  }

  void add(std::int64_t y, std::int64_t k) {
    switch (elements_) {
      case BorderElements::corners:
        return add_corners(k);
      case BorderElements::pixels:
        return add_pixels(k);
      case BorderElements::changes:
        return add_changes(y, k);
    }
  }

  void add_corners(std::int64_t k) {
    const std::uint64_t a = lines_[0].here(k);
    const std::uint64_t al = lines_[0].back(k);
    const std::uint64_t b = lines_[1].here(k);
    const std::uint64_t bl = lines_[1].back(k);
    std::uint64_t found = (a | al | b | bl) & ~(a & al & b & bl);
    if (found == 0) return;
    if (none_ != nullptr) {
      found &= ~(voids_[0].here(k) | voids_[0].back(k) | voids_[1].here(k) | voids_[1].back(k));
    }
    const std::uint64_t odd = a ^ al ^ b ^ bl;
    const std::uint64_t along = ~odd & ~(a ^ al);  // both of a line, or none
    const std::uint64_t across = ~odd & ~(a ^ b);  // both of a position, or none
    for (; found != 0; found &= found - 1) {
      const int bit = lowest_bit(found);
      const auto is = [bit](std::uint64_t word) { return (word >> bit & 1) != 0; };
      const int kind = is(odd) ? 0 : is(along) ? 1 : is(across) ? 2 : 3;
      push(64 * k + bit, kind);
    }
  }

  void add_pixels(std::int64_t k) {
    const MovedLine& line = lines_[1];
    std::uint64_t found = line.here(k);
    if (found == 0) return;
    found &= ~(line.back(k) & line.ahead(k) & lines_[0].here(k) & lines_[2].here(k));
    if (none_ != nullptr) {
      found &= ~(voids_[1].back(k) | voids_[1].ahead(k) | voids_[0].here(k) | voids_[2].here(k));
    }
    push_all(found, k);
  }

  void add_changes(std::int64_t y, std::int64_t k) {
    const std::uint64_t here = lines_[1].here(k);
    const std::int64_t last = stack_.length - 1;
    std::uint64_t inner = ~std::uint64_t{0};  // all but the last position
    if (last < 64 * (k + 1)) inner = kernels::tail_mask(64 * k + 64);
    if (last / 64 == k) inner = (std::uint64_t{1} << (last & 63)) - 1;
    if (last < 64 * k) inner = 0;
    std::uint64_t found = (here ^ lines_[1].ahead(k)) & inner;
    if (y + 1 < stack_.lines) {
      found |= ((here ^ lines_[2].here(k)) | (here ^ lines_[2].ahead(k))) & inner;
      if (last / 64 == k) {
        found |= (here ^ lines_[2].here(k)) & std::uint64_t{1} << (last & 63);
      }
    }
    push_all(found, k);
  }

  void push_all(std::uint64_t found, std::int64_t k) {
    for (; found != 0; found &= found - 1) push(64 * k + lowest_bit(found), 0);
  }

  void push(std::int64_t position, int kind) {
    out_.at.push_back(static_cast<std::int32_t>(position));
    out_.kinds.push_back(static_cast<std::uint8_t>(kind));
  }

  LineSource& mask_;
  LineSource* none_;
  LineStack stack_;
  BorderElements elements_;
  std::int64_t n_;
  MovedLine lines_[3], voids_[3];
  BorderLines out_;
};

}  // namespace

BorderLines border_lines(LineSource& mask, LineSource* none, const LineStack& stack,
                         BorderElements elements) {
  if (stack.lines == 0 || stack.length == 0) return {};
  return Walk(mask, none, stack, elements).run();
}

}  // namespace me::cpu
