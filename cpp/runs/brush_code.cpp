#include "runs/brush_code.h"

#include <algorithm>
#include <string>

#include "base/error.h"

namespace me {
namespace {

constexpr int channels = 4;
constexpr int length_bits[4] = {3, 4, 8, 16};
constexpr std::int64_t longest = std::int64_t{1} << 16;  // elements of a packet

class BitReader {
 public:
  BitReader(const std::uint8_t* code, std::int64_t length) : code_(code), bits_(8 * length) {}

  // The next `n` bits, 1 to 32.
  std::uint64_t read(int n) {
    if (n > bits_ - at_) throw Error(ErrorKind::bad_file, "rle", "the code is cut");
    std::uint64_t value = 0;
    const std::int64_t last = (at_ + n - 1) >> 3;
    for (std::int64_t byte = at_ >> 3; byte <= last; byte++) value = value << 8 | code_[byte];
    const int behind = int(8 * (last + 1) - at_ - n);
    at_ += n;
    return value >> behind & ((std::uint64_t{1} << n) - 1);
  }

 private:
  const std::uint8_t* code_;
  std::int64_t bits_, at_ = 0;
};

class CodeWriter {
 public:
  explicit CodeWriter(Buffer<std::uint8_t>& code) : code_(code) {}

  void write(std::uint64_t value, int n) {
    held_ = held_ << n | value;
    for (count_ += n; count_ >= 8; count_ -= 8) {
      code_.push_back(std::uint8_t(held_ >> (count_ - 8)));
    }
  }

  void end() {
    if (count_ != 0) write(0, 8 - count_);
  }

 private:
  Buffer<std::uint8_t>& code_;
  std::uint64_t held_ = 0;
  int count_ = 0;
};

// Joins stretches of pixels into run lengths.
class RowRuns {
 public:
  explicit RowRuns(Buffer<std::uint32_t>& counts) : counts_(counts) {}

  void add(std::int64_t pixels, bool foreground) {
    if (pixels == 0) return;
    if (foreground != foreground_) {
      counts_.push_back(std::uint32_t(run_));
      foreground_ = foreground;
      run_ = 0;
    }
    run_ += pixels;
  }

  void end() { counts_.push_back(std::uint32_t(run_)); }

 private:
  Buffer<std::uint32_t>& counts_;
  std::int64_t run_ = 0;
  bool foreground_ = false;
};

void write_run(CodeWriter& bits, std::int64_t elements, std::uint8_t value) {
  while (elements > 0) {
    const std::int64_t length = std::min(elements, longest);
    int size = 0;
    while (length > std::int64_t{1} << length_bits[size]) size++;
    bits.write(1, 1);
    bits.write(std::uint64_t(size), 2);
    bits.write(std::uint64_t(length - 1), length_bits[size]);
    bits.write(value, 8);
    elements -= length;
  }
}

}  // namespace

void decode_brush(const std::uint8_t* code, std::int64_t length, std::int64_t pixels,
                  Buffer<std::uint32_t>& counts) {
  BitReader bits(code, length);
  const auto elements = std::int64_t(bits.read(32));
  if (elements != channels * pixels) {
    throw Error(ErrorKind::bad_file, "rle",
                "expected " + std::to_string(channels * pixels) + " elements, got " +
                    std::to_string(elements));
  }
  if (bits.read(5) != 7) throw Error(ErrorKind::bad_file, "rle", "expected elements of 8 bits");
  int sizes[4];
  for (int& size : sizes) size = int(bits.read(4)) + 1;
  RowRuns runs(counts);
  for (std::int64_t at = 0; at < elements;) {
    const bool repeats = bits.read(1) != 0;
    const int size = sizes[bits.read(2)];
    const auto count = std::int64_t(bits.read(size)) + 1;
    if (count > elements - at) {
      throw Error(ErrorKind::bad_file, "rle", "a packet passes the last pixel");
    }
    if (repeats) {
      // alphas among the elements [at, at + count)
      runs.add((at + count) / channels - at / channels, bits.read(8) != 0);
    } else {
      for (std::int64_t i = at; i < at + count; i++) {
        const bool foreground = bits.read(8) != 0;
        if (i % channels == channels - 1) runs.add(1, foreground);
      }
    }
    at += count;
  }
  runs.end();
}

void encode_brush(const std::uint32_t* counts, std::int64_t n, Buffer<std::uint8_t>& code) {
  std::int64_t pixels = 0;
  for (std::int64_t i = 0; i < n; i++) pixels += counts[i];
  require(channels * pixels < std::int64_t{1} << 32, ErrorKind::limit, "mask",
          "expected less than 2^30 pixels");
  CodeWriter bits(code);
  bits.write(std::uint64_t(channels * pixels), 32);
  bits.write(7, 5);
  for (const int size : length_bits) bits.write(std::uint64_t(size - 1), 4);
  for (std::int64_t i = 0; i < n; i++) {
    write_run(bits, channels * std::int64_t{counts[i]}, i % 2 == 0 ? 0 : 255);
  }
  bits.end();
}

}  // namespace me
