#include "ops/border_distances/elements.h"

#include <algorithm>

#include "base/interrupt.h"

namespace me::cpu {
namespace {

// A line of bits; bit i of back(k) is that of the position before, of ahead(k) that of the next.
class MovedLine {
 public:
  explicit MovedLine(std::int64_t n) : memory_(n + 2) { clear(); }

  std::uint64_t* words() { return memory_.data() + 1; }
  const std::uint64_t* words() const { return memory_.data() + 1; }
  void clear() { std::fill(memory_.begin(), memory_.end(), std::uint64_t{0}); }

  std::uint64_t here(std::int64_t k) const { return words()[k]; }
  std::uint64_t back(std::int64_t k) const { return words()[k] << 1 | words()[k - 1] >> 63; }
  std::uint64_t ahead(std::int64_t k) const { return words()[k] >> 1 | words()[k + 1] << 63; }

 private:
  Buffer<std::uint64_t> memory_;  // with an empty word at either end
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
        voids_{MovedLine(n_), MovedLine(n_), MovedLine(n_)},
        found_(n_) {}

  BorderLines run() {
    const bool corners = elements_ == BorderElements::corners;
    const std::int64_t lines = stack_.lines + (corners ? 1 : 0);
    out_.starts.reserve(lines + 1);
    out_.starts.push_back(0);
    load(0, 1);
    for (std::int64_t y = 0; y < lines; y++) {
      poll(static_cast<double>(stack_.length));
      load(y + 1, 2);
      if (corners) {
        add_corners();
      } else if (elements_ == BorderElements::pixels) {
        add_pixels();
      } else {
        add_changes(y + 1 == stack_.lines);
      }
      out_.starts.push_back(out_.at.size());
      rotate(lines_);
      rotate(voids_);
    }
    return std::move(out_);
  }

 private:
  static void rotate(MovedLine (&lines)[3]) {
    std::swap(lines[0], lines[1]);
    std::swap(lines[1], lines[2]);
  }

  // Reads line y, empty outside the stack, as line `slot`.
  void load(std::int64_t y, int slot) {
    std::uint64_t* line = lines_[slot].words();
    line[n_ - 1] = 0;  // which a source may not write to
    if (y >= stack_.lines) {
      lines_[slot].clear();
      voids_[slot].clear();
      return;
    }
    mask_.read(y, line);
    if (none_ == nullptr) return;
    std::uint64_t* none = voids_[slot].words();
    none[n_ - 1] = 0;
    none_->read(y, none);
    for (std::int64_t k = 0; k < n_; k++) line[k] &= ~none[k];
  }

  // The points above line 1.
  void add_corners() {
    const MovedLine& above = lines_[0];
    const MovedLine& below = lines_[1];
    for (std::int64_t k = 0; k < n_; k++) {
      const std::uint64_t a = above.here(k);
      const std::uint64_t al = above.back(k);
      const std::uint64_t b = below.here(k);
      const std::uint64_t bl = below.back(k);
      found_[k] = (a | al | b | bl) & ~(a & al & b & bl);
    }
    for (std::int64_t k = 0; k < n_; k++) {
      if (found_[k] != 0) add_corners_of(k);
    }
  }

  void add_corners_of(std::int64_t k) {
    std::uint64_t found = found_[k];
    const std::uint64_t a = lines_[0].here(k);
    const std::uint64_t b = lines_[1].here(k);
    const std::uint64_t along_a = a ^ lines_[0].back(k);
    if (none_ != nullptr) {
      found &= ~(voids_[0].here(k) | voids_[0].back(k) | voids_[1].here(k) | voids_[1].back(k));
    }
    const std::uint64_t odd = along_a ^ b ^ lines_[1].back(k);
    const std::uint64_t low = ~odd & ~along_a;             // kind 1: pairs of a line
    const std::uint64_t high = ~odd & along_a & ~(a ^ b);  // kind 2: pairs of a position
    const std::uint64_t both = ~odd & along_a & (a ^ b);   // kind 3
    for (; found != 0; found &= found - 1) {
      const int bit = lowest_bit(found);
      const auto kind = ((low | both) >> bit & 1) | ((high | both) >> bit & 1) << 1;
      push(64 * k + bit, static_cast<std::uint8_t>(kind));
    }
  }

  void add_pixels() {
    const MovedLine& line = lines_[1];
    for (std::int64_t k = 0; k < n_; k++) {
      found_[k] =
          line.here(k) & ~(line.back(k) & line.ahead(k) & lines_[0].here(k) & lines_[2].here(k));
    }
    if (none_ != nullptr) {
      const MovedLine& none = voids_[1];
      for (std::int64_t k = 0; k < n_; k++) {
        found_[k] &= ~(none.back(k) | none.ahead(k) | voids_[0].here(k) | voids_[2].here(k));
      }
    }
    push_all();
  }

  void add_changes(bool is_last) {
    const MovedLine& line = lines_[1];
    const MovedLine& next = lines_[2];
    const std::int64_t last = stack_.length - 1;
    for (std::int64_t k = 0; k < n_; k++) {
      const std::uint64_t here = line.here(k);
      const std::uint64_t beside = here ^ line.ahead(k);
      found_[k] = is_last ? beside : beside | (here ^ next.here(k)) | (here ^ next.ahead(k));
    }
    const std::uint64_t bit = std::uint64_t{1} << (last & 63);
    std::uint64_t& word = found_[last / 64];
    word &= bit - 1;  // the last position sees the line below alone
    if (!is_last) word |= (line.here(last / 64) ^ next.here(last / 64)) & bit;
    if (last / 64 + 1 < n_) found_[n_ - 1] = 0;
    push_all();
  }

  void push_all() {
    for (std::int64_t k = 0; k < n_; k++) {
      for (std::uint64_t found = found_[k]; found != 0; found &= found - 1) {
        push(64 * k + lowest_bit(found), 0);
      }
    }
  }

  void push(std::int64_t position, std::uint8_t kind) {
    out_.at.push_back(static_cast<std::int32_t>(position));
    out_.kinds.push_back(kind);
  }

  LineSource& mask_;
  LineSource* none_;
  LineStack stack_;
  BorderElements elements_;
  std::int64_t n_;
  MovedLine lines_[3], voids_[3];
  Buffer<std::uint64_t> found_;
  BorderLines out_;
};

}  // namespace

BorderLines border_lines(LineSource& mask, LineSource* none, const LineStack& stack,
                         BorderElements elements) {
  if (stack.lines == 0 || stack.length == 0) return {};
  return Walk(mask, none, stack, elements).run();
}

}  // namespace me::cpu
