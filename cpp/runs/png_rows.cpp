#include "runs/png_rows.h"

#include <algorithm>
#include <cstring>

#include "runs/huffman.h"

namespace me {
namespace {

constexpr int n_tokens = 512, end_of_block = 256, n_symbols = 286, shortest = 3,
              longest_match = 258;
constexpr std::int64_t block_tokens = 1 << 15;
constexpr std::int64_t band = 8;  // rows that share a filter
constexpr std::uint64_t adler_prime = 65521;

// The symbol of a match's length less 3, and the bits that follow it.
struct LengthCode {
  std::uint16_t symbol;
  std::uint8_t extra_bits, extra;
};

struct LengthCodes {
  LengthCode of[256];
  LengthCodes() {
    for (int length = 0, symbol = 257; length < 256; symbol++) {
      const int bits = symbol < 265 ? 0 : (symbol - 261) / 4;
      for (int i = 0; i < 1 << bits && length < 256; i++, length++) {
        of[length] = {std::uint16_t(symbol), std::uint8_t(bits), std::uint8_t(i)};
      }
    }
    of[255] = {285, 0, 0};
  }
};

// What is written for a token.
struct Word {
  std::uint32_t bits;
  int length;
};

class CodedBits {
 public:
  explicit CodedBits(Buffer<std::uint8_t>& out) : out_(out) {}

  // Room for so many bytes to come.
  void reserve(std::int64_t bytes) {
    const std::int64_t size = out_.size();
    out_.grow(bytes + 16);
    out_.truncate(size);
    at_ = out_.data() + size;
  }

  // At most 32 bits.
  void write(std::uint64_t bits, int n) {
    held_ |= bits << n_held_;
    n_held_ += n;
    if (n_held_ >= 32) {
      for (int i = 0; i < 4; i++) at_[i] = std::uint8_t(held_ >> 8 * i);
      at_ += 4;
      held_ >>= 32;
      n_held_ -= 32;
    }
  }

  // Whole bytes that are written belong to the buffer again.
  void release() { out_.resize(at_ - out_.data()); }

  void align() {
    for (; n_held_ > 0; n_held_ -= 8, held_ >>= 8) *at_++ = std::uint8_t(held_);
    n_held_ = 0;
  }

 private:
  Buffer<std::uint8_t>& out_;
  std::uint8_t* at_ = nullptr;
  std::uint64_t held_ = 0;
  int n_held_ = 0;
};

// The checksum of RFC 1950.
class Adler {
 public:
  void add(std::uint8_t value) {
    a_ += value;
    b_ += a_;
  }
  void add_run(std::uint64_t value, std::uint64_t n) {
    if (n > 1 << 14) reduce();
    b_ += n * a_ + value * (n * (n + 1) / 2);
    a_ += n * value;
    if (n > 1 << 14 || a_ >> 32 != 0 || b_ >> 62 != 0) reduce();
  }
  void reduce() {
    a_ %= adler_prime;
    b_ %= adler_prime;
  }
  std::uint32_t value() {
    reduce();
    return std::uint32_t(b_ << 16 | a_);
  }

 private:
  std::uint64_t a_ = 1, b_ = 0;
};

// How far two stretches agree.
std::int64_t agreement(const std::uint8_t* a, const std::uint8_t* b, std::int64_t n) {
  std::int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    std::uint64_t x, y;
    std::memcpy(&x, a + i, 8);
    std::memcpy(&y, b + i, 8);
    if (x != y) break;
  }
  while (i < n && a[i] == b[i]) i++;
  return i;
}

class Deflater {
 public:
  Deflater(int step, Buffer<std::uint8_t>& stream) : step_(step), bits_(stream) {
    tokens_.reserve(block_tokens + 16);
    bits_.reserve(16);
    bits_.write(0x0178, 16);
  }

  // A row with its filter before it.
  void add_row(std::uint8_t filter, const std::uint8_t* row, std::int64_t n) {
    literal(filter);
    const std::int64_t head = std::min<std::int64_t>(n, step_);
    for (std::int64_t i = 0; i < head; i++) literal(row[i]);
    for (std::int64_t i = head; i < n;) {
      if (row[i] != row[i - step_]) {
        literal(row[i++]);
        continue;
      }
      const std::int64_t length = agreement(row + i, row + i - step_, n - i);
      run(row + i, length);
      i += length;
    }
  }

  void finish() {
    write_block(true);
    bits_.align();
    const std::uint32_t sum = adler_.value();
    for (int i = 3; i >= 0; i--) bits_.write(sum >> 8 * i & 255, 8);
    bits_.align();
    bits_.release();
  }

 private:
  void literal(std::uint8_t value) {
    adler_.add(value);
    push(value);
  }

  // Bytes that repeat the pixel before them.
  void run(const std::uint8_t* row, std::int64_t n) {
    bool is_one = true;
    for (int i = 1; i < step_; i++) is_one &= row[-i] == row[-step_];
    if (is_one) {
      adler_.add_run(row[-1], std::uint64_t(n));
    } else {
      for (std::int64_t i = 0; i < n; i++) adler_.add(row[i]);
    }
    while (n >= shortest) {
      const std::int64_t length = std::min<std::int64_t>(n, longest_match);
      push(std::uint16_t(256 + length - shortest));
      row += length;
      n -= length;
    }
    for (; n > 0; n--) push(*row++);
  }

  void push(std::uint16_t token) {
    often_[token]++;
    tokens_.push_back(token);
    if (tokens_.size() == block_tokens) write_block(false);
  }

  void write_block(bool is_last) {
    adler_.reduce();
    std::uint32_t often[n_symbols] = {};
    for (int token = 0; token < n_tokens; token++) often[symbol_of(token)] += often_[token];
    often[end_of_block]++;
    std::uint8_t lengths[n_symbols + 4];
    code_lengths(often, n_symbols, 15, lengths);
    std::uint16_t codes[n_symbols];
    codes_of(lengths, n_symbols, codes);
    bits_.reserve(4 * tokens_.size() + 1024);
    bits_.write(is_last, 1);
    bits_.write(2, 2);
    write_lengths(lengths);
    Word words[n_tokens];
    for (int token = 0; token < n_tokens; token++) {
      const int symbol = symbol_of(token), length = lengths[symbol];
      words[token] = {codes[symbol], length};
      if (token < 256) continue;
      const LengthCode& code = table().of[token - 256];
      words[token].bits |= std::uint32_t(code.extra) << length;
      words[token].length += code.extra_bits + 1;  // the distance code, the only one, is a bit 0
    }
    for (const std::uint16_t token : tokens_) bits_.write(words[token].bits, words[token].length);
    bits_.write(codes[end_of_block], lengths[end_of_block]);
    bits_.release();
    tokens_.clear();
    std::fill(often_, often_ + n_tokens, 0U);
  }

  static const LengthCodes& table() {
    static const LengthCodes codes;
    return codes;
  }

  static int symbol_of(int token) { return token < 256 ? token : table().of[token - 256].symbol; }

  // The lengths of both codes, in a code of their own; `lengths` has room for four more.
  void write_lengths(std::uint8_t* lengths) {
    int n_literals = n_symbols;
    while (lengths[n_literals - 1] == 0) n_literals--;
    for (int i = 0; i < step_; i++) lengths[n_literals + i] = i == step_ - 1;
    const int n = n_literals + step_;
    std::uint8_t symbols[n_symbols + 4], repeats[n_symbols + 4];
    std::uint32_t often[19] = {};
    int found = 0;
    for (int i = 0; i < n; found++) {
      int zeros = 0;
      while (i + zeros < n && zeros < 138 && lengths[i + zeros] == 0) zeros++;
      const bool is_run = zeros >= 3;
      symbols[found] = is_run ? (zeros < 11 ? 17 : 18) : lengths[i];
      repeats[found] = std::uint8_t(zeros);
      often[symbols[found]]++;
      i += is_run ? zeros : 1;
    }
    std::uint8_t own[19];
    std::uint16_t codes[19];
    code_lengths(often, 19, 7, own);
    codes_of(own, 19, codes);
    constexpr int order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    bits_.write(std::uint64_t(n_literals - 257), 5);
    bits_.write(std::uint64_t(step_ - 1), 5);
    bits_.write(19 - 4, 4);
    for (const int symbol : order) bits_.write(own[symbol], 3);
    for (int i = 0; i < found; i++) {
      bits_.write(codes[symbols[i]], own[symbols[i]]);
      if (symbols[i] == 17) bits_.write(std::uint64_t(repeats[i] - 3), 3);
      if (symbols[i] == 18) bits_.write(std::uint64_t(repeats[i] - 11), 7);
    }
  }

  int step_;
  CodedBits bits_;
  Buffer<std::uint16_t> tokens_;  // a byte, or 256 and a match's length less 3
  std::uint32_t often_[n_tokens] = {};
  Adler adler_;
};

// How many bytes are not those a pixel before.
std::int64_t breaks(const std::uint8_t* row, std::int64_t n, int step) {
  std::int64_t count = 0;
  for (std::int64_t i = step; i < n; i++) count += row[i] != row[i - step];
  return count;
}

}  // namespace

void deflate_rows(const std::uint8_t* pixels, std::int64_t height, std::int64_t row_bytes, int step,
                  Buffer<std::uint8_t>& stream) {
  Deflater deflater(step, stream);
  Buffer<std::uint8_t> difference(row_bytes);
  bool is_up = false;
  for (std::int64_t y = 0; y < height; y++) {
    const std::uint8_t* row = pixels + y * row_bytes;
    const std::uint8_t* above = row - row_bytes;
    const bool samples = y > 0 && (y - 1) % band == 0;
    if (samples || is_up) {
      for (std::int64_t i = 0; i < row_bytes; i++) {
        difference[i] = std::uint8_t(row[i] - above[i]);
      }
    }
    if (samples) {
      is_up = breaks(difference.data(), row_bytes, step) < breaks(row, row_bytes, step);
    }
    deflater.add_row(is_up ? 2 : 0, is_up ? difference.data() : row, row_bytes);
  }
  deflater.finish();
}

}  // namespace me
