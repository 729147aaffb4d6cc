#include "runs/coco_parquet.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "base/thrift.h"

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
    append_varint(2 * static_cast<std::uint64_t>(n_), page_);
    page_.push_back(level_);
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

// Hands the values of every row to take(values, n), next to each other.
template <class T, class Take>
void gather(const ListRows& rows, const T* values, Take take) {
  const std::int64_t first = rows.offsets[0];
  std::int64_t total = 0;
  for (std::int64_t i = 0; i < rows.n; i++) total += rows.length(i);
  if (total == rows.offsets[rows.n] - first) return take(values + first, total);
  Buffer<T> kept;
  kept.reserve(total);
  for (std::int64_t i = 0; i < rows.n; i++) kept.append(values + rows.offsets[i], rows.length(i));
  take(kept.data(), total);
}

void split(const double* values, std::int64_t n, char* out) {
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

template <class T>
Extent<T> extent(const T* values, std::int64_t n) {
  Extent<T> out;
  if (n == 0) return out;
  out.least = out.most = values[0];
  bool comparable = true;
  for (std::int64_t i = 0; i < n; i++) {
    out.least = std::min(out.least, values[i]);
    out.most = std::max(out.most, values[i]);
    comparable &= values[i] == values[i];
  }
  if constexpr (std::is_floating_point_v<T>) {  // the order of the zeros is not defined
    if (out.least == 0) out.least = -0.0;
    if (out.most == 0) out.most = 0.0;
  }
  out.known = comparable;
  return out;
}

}  // namespace

std::int64_t append_list_levels(const ListRows& rows, Buffer<char>& page) {
  LevelRuns repetition(page);
  std::int64_t n = 0;
  for (std::int64_t i = 0; i < rows.n; i++) {
    const std::int64_t length = rows.length(i);
    repetition.put(0, 1);
    if (length > 1) repetition.put(1, length - 1);
    n += length > 0 ? length : 1;
  }
  repetition.finish();
  LevelRuns definition(page);  // 0 for a null, 1 for an empty list, 3 for a value
  for (std::int64_t i = 0; i < rows.n; i++) {
    const std::int64_t length = rows.length(i);
    if (length == 0) {
      definition.put(rows.valid[i] ? 1 : 0, 1);
    } else {
      definition.put(3, length);
    }
  }
  definition.finish();
  return n;
}

void append_integers(const ListRows& rows, const std::int32_t* values, Buffer<char>& page) {
  gather(rows, values, [&](const std::int32_t* kept, std::int64_t n) {
    page.append(reinterpret_cast<const char*>(kept), 4 * n);
  });
}

void append_split(const ListRows& rows, const double* values, Buffer<char>& page) {
  gather(rows, values,
         [&](const double* kept, std::int64_t n) { split(kept, n, page.grow(8 * n)); });
}

void append_levels(const ValidBits& valid, std::int64_t n, Buffer<char>& page) {
  LevelRuns definition(page);
  if (valid.bits == nullptr) definition.put(1, n);
  for (std::int64_t i = 0; valid.bits != nullptr && i < n; i++) definition.put(valid[i] ? 1 : 0, 1);
  definition.finish();
}

static void append_text(const char* text, std::int64_t length, Buffer<char>& page) {
  char* const out = page.grow(4 + length);
  for (int b = 0; b < 4; b++) out[b] = static_cast<char>(length >> 8 * b & 0xff);
  if (length > 0) std::memcpy(out + 4, text, static_cast<std::size_t>(length));
}

void append_texts(const ListRows& rows, const char* text, Buffer<char>& page) {
  for (std::int64_t i = 0; i < rows.n; i++) {
    if (rows.valid[i]) append_text(text + rows.offsets[i], rows.length(i), page);
  }
}

bool append_words(const WordRows& rows, const std::int32_t* ends, const char* text,
                  std::int64_t n_words, Buffer<char>& page) {
  for (std::int64_t i = 0; i < rows.n; i++) {
    if (!rows.valid[i]) continue;
    const std::int64_t word = rows.word[i];
    if (word < 0 || word >= n_words) return false;
    append_text(text + ends[word], ends[word + 1] - ends[word], page);
  }
  return true;
}

template <class T>
Extent<T> append_numbers(const T* values, const ValidBits& valid, std::int64_t n,
                         Buffer<char>& page) {
  Buffer<T> some;
  if (valid.bits != nullptr) {
    T* to = some.grow(n);
    for (std::int64_t i = 0; i < n; i++) {
      if (valid[i]) *to++ = values[i];
    }
    some.truncate(to - some.data());
    values = some.data();
  }
  const std::int64_t kept = valid.bits == nullptr ? n : some.size();
  using Stored = std::conditional_t<sizeof(T) == 1, std::int32_t, T>;
  char* const out = page.grow(kept * static_cast<std::int64_t>(sizeof(Stored)));
  for (std::int64_t i = 0; i < kept; i++) {
    const Stored value = values[i];
    std::memcpy(out + i * static_cast<std::int64_t>(sizeof value), &value, sizeof value);
  }
  Extent<T> found = extent(values, kept);
  found.nulls = n - kept;
  return found;
}

template Extent<std::int64_t> append_numbers(const std::int64_t*, const ValidBits&, std::int64_t,
                                             Buffer<char>&);
template Extent<std::int32_t> append_numbers(const std::int32_t*, const ValidBits&, std::int64_t,
                                             Buffer<char>&);
template Extent<std::uint8_t> append_numbers(const std::uint8_t*, const ValidBits&, std::int64_t,
                                             Buffer<char>&);
template Extent<double> append_numbers(const double*, const ValidBits&, std::int64_t,
                                       Buffer<char>&);

}  // namespace me
