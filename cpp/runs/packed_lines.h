// The columns of masks that are bits, as lines of bits.
#pragma once
#include <algorithm>
#include <cstdint>

#include "runs/bit_lines.h"
#include "runs/bit_writer.h"
#include "runs/packed_masks.h"

namespace me {

// May be read on several threads, in any order.
class PackedLines final : public LineSource {
 public:
  PackedLines(const std::uint64_t* mask, Size size) : mask_(mask), length_(size.height) {}

  void read(std::int64_t line, std::uint64_t* words) override {
    const std::int64_t n = words_for(length_);
    for (std::int64_t k = 0; k < n; k++) words[k] = word_at(mask_, line * length_ + 64 * k);
    clear_tail(words, length_);
  }

 private:
  const std::uint64_t* mask_;
  std::int64_t length_;
};

// Takes all columns, from the first on.
class PackedLineWriter final : public LineSink {
 public:
  PackedLineWriter(std::uint64_t* mask, Size size)
      : writer_(mask), length_(size.height), line_(words_for(size.height) + 1) {
    line_.back() = 0;  // a writer reads one word more
  }

  void write(std::int64_t, const std::uint64_t* words) override {
    std::copy_n(words, line_.size() - 1, line_.data());
    writer_.add(line_.data(), 0, length_);
  }

 private:
  BitWriter writer_;
  std::int64_t length_;
  Buffer<std::uint64_t> line_;
};

}  // namespace me
