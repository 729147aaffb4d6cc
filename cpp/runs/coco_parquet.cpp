#include "runs/coco_parquet.h"

#include <cstring>

namespace me {
namespace {

// Collects equal levels and writes them as runs.
class LevelRuns {
 public:
  explicit LevelRuns(Buffer<char>& page) : page_(page), begin_(page.size()) { page.grow(4); }

  void put(char level, std::int64_t n) {
    if (level != level_) {
      flush();
      level_ = level;
    }
    n_ += n;
  }

  void finish() {
    flush();
    const auto length = static_cast<std::uint32_t>(page_.size() - begin_ - 4);
    for (int i = 0; i < 4; i++) page_[begin_ + i] = static_cast<char>(length >> 8 * i & 0xff);
  }

 private:
  void flush() {
    if (n_ == 0) return;
    char* out = page_.grow(11);
    char* const first = out;
    std::uint64_t twice = 2 * static_cast<std::uint64_t>(n_);
    for (; twice > 0x7f; twice >>= 7) *out++ = static_cast<char>((twice & 0x7f) | 0x80);
    *out++ = static_cast<char>(twice);
    *out++ = level_;
    page_.truncate(page_.size() - 11 + (out - first));
    n_ = 0;
  }

  Buffer<char>& page_;
  std::int64_t begin_;
  char level_ = 0;
  std::int64_t n_ = 0;
};

// Swaps the high parts of a, in units of `shift` bits, with the low ones of b.
void exchange(std::uint64_t& a, std::uint64_t& b, int shift, std::uint64_t low) {
  const std::uint64_t both = ((a >> shift) ^ b) & low;
  b ^= both;
  a ^= both << shift;
}

// Turns eight words of eight bytes into the words of their first bytes, their second, ...
void transpose(std::uint64_t* w) {
  for (int i = 0; i < 4; i++) exchange(w[i], w[i + 4], 32, 0x00000000ffffffffu);
  for (const int i : {0, 1, 4, 5}) exchange(w[i], w[i + 2], 16, 0x0000ffff0000ffffu);
  for (const int i : {0, 2, 4, 6}) exchange(w[i], w[i + 1], 8, 0x00ff00ff00ff00ffu);
}

}  // namespace

std::int64_t append_list_levels(const ListRows& rows, Buffer<char>& page) {
  LevelRuns repetition(page);
  std::int64_t n = 0;
  for (std::int64_t i = 0; i < rows.n; i++) {
    const std::int64_t length = rows.offsets[i + 1] - rows.offsets[i];
    repetition.put(0, 1);
    if (length > 1) repetition.put(1, length - 1);
    n += length > 0 ? length : 1;
  }
  repetition.finish();
  LevelRuns definition(page);  // 0 for a null, 1 for an empty list, 3 for a value
  for (std::int64_t i = 0; i < rows.n; i++) {
    const std::int64_t length = rows.offsets[i + 1] - rows.offsets[i];
    if (rows.valid[i] == 0 || length == 0) {
      definition.put(rows.valid[i] == 0 ? 0 : 1, 1);
    } else {
      definition.put(3, length);
    }
  }
  definition.finish();
  return n;
}

void append_levels(const std::uint8_t* valid, std::int64_t n, Buffer<char>& page) {
  LevelRuns definition(page);
  for (std::int64_t i = 0; i < n; i++) definition.put(valid[i] != 0 ? 1 : 0, 1);
  definition.finish();
}

void append_split(const double* values, std::int64_t n, Buffer<char>& page) {
  char* const out = page.grow(8 * n);
  const auto* const in = reinterpret_cast<const unsigned char*>(values);
  std::int64_t i = 0;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  for (; n - i >= 8; i += 8) {
    std::uint64_t words[8];
    std::memcpy(words, in + 8 * i, 64);
    transpose(words);
    for (int b = 0; b < 8; b++) std::memcpy(out + b * n + i, words + b, 8);
  }
#endif
  for (; i < n; i++) {
    for (int b = 0; b < 8; b++) out[b * n + i] = static_cast<char>(in[8 * i + b]);
  }
}

void append_texts(const ListRows& rows, const char* text, Buffer<char>& page) {
  for (std::int64_t i = 0; i < rows.n; i++) {
    if (rows.valid[i] == 0) continue;
    const std::int64_t length = rows.offsets[i + 1] - rows.offsets[i];
    char* const out = page.grow(4 + length);
    for (int b = 0; b < 4; b++) out[b] = static_cast<char>(length >> 8 * b & 0xff);
    if (length > 0) {
      std::memcpy(out + 4, text + rows.offsets[i], static_cast<std::size_t>(length));
    }
  }
}

}  // namespace me
