// A line of bits that grows along itself, a word at a time.
#pragma once
#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/dispatch.h"
#include "base/interrupt.h"
#include "runs/bit_lines.h"
#include "runs/growth_kernels.h"

namespace me {

inline const kernels::GrowthKernels& growth_kernels() {
  return *select(&kernels::growth_scalar, ME_X86(&kernels::growth_avx2),
                 ME_X86(&kernels::growth_avx512));
}

// Holds one line with room around it, which reads as what counts as set outside.
class GrowingLine {
 public:
  // Grows to at most `widest` on either side.
  GrowingLine(std::int64_t length, std::int64_t widest, bool low, bool high)
      : n_(words_for(length)),
        pad_(widest / 64 + 2),
        high_(high ? ~kernels::tail_mask(length) : 0),
        memory_(2 * (n_ + 2 * pad_)),
        line_(memory_.data() + pad_),
        other_(line_ + n_ + 2 * pad_),
        fixed_(low || high),
        kernels_(growth_kernels()) {
    for (std::uint64_t* line : {line_, other_}) {
      std::fill(line - pad_, line, low ? ~std::uint64_t{0} : 0);
      std::fill(line + n_, line + n_ + pad_, high ? ~std::uint64_t{0} : 0);
    }
  }

  void read(LineSource& source, std::int64_t line) {
    source.read(line, restart());
    if (n_ > 4096) poll(static_cast<double>(n_));
    line_[n_ - 1] |= high_;
  }

  // Where to write another line; with nothing set outside.
  std::uint64_t* restart() {
    width_ = 0;
    return line_;
  }

  // Whether growing can change nothing.
  bool is_empty() const {
    if (fixed_) return false;
    std::uint64_t any = 0;
    for (std::int64_t k = 0; k < n_; k++) any |= line_[k];
    return any == 0;
  }

  // Grows until it reaches `width` on either side of what was read. A step is never longer than
  // what has grown so far plus one: a longer one could pass over the pixel it comes from, and come
  // from outside the line.
  void grow_to(std::int64_t width) {
    while (width_ < width) {
      const std::int64_t step = std::min(width - width_, width_ + 1);
      if (n_ > 4096) poll(static_cast<double>(n_));
      kernels_.grow(line_, n_, step, other_);
      std::swap(line_, other_);
      width_ += step;
    }
  }

  // The bits after the last pixel are undefined.
  const std::uint64_t* words() const { return line_; }

 private:
  std::int64_t n_, pad_;
  std::uint64_t high_;
  Buffer<std::uint64_t> memory_;
  std::uint64_t* line_;
  std::uint64_t* other_;
  bool fixed_;
  const kernels::GrowthKernels& kernels_;
  std::int64_t width_ = 0;
};

}  // namespace me
