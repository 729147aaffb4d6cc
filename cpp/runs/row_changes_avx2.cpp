#include <immintrin.h>

#include "runs/row_changes_kernels.h"

namespace me::kernels {
namespace {

inline __m256i load(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }

// 64 pairs of values of B bytes: which are equal.
template <int B>
inline std::uint64_t equal64(const char* a, const char* b);

template <>
inline std::uint64_t equal64<1>(const char* a, const char* b) {
  const __m256i low = _mm256_cmpeq_epi8(load(a), load(b));
  const __m256i high = _mm256_cmpeq_epi8(load(a + 32), load(b + 32));
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(high))} << 32;
}

template <>
inline std::uint64_t equal64<2>(const char* a, const char* b) {
  std::uint64_t word = 0;
  for (int k = 0; k < 2; k++) {
    const __m256i low = _mm256_cmpeq_epi16(load(a + 64 * k), load(b + 64 * k));
    const __m256i high = _mm256_cmpeq_epi16(load(a + 64 * k + 32), load(b + 64 * k + 32));
    const __m256i both = _mm256_permute4x64_epi64(_mm256_packs_epi16(low, high), 0xD8);
    word |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(both))} << (32 * k);
  }
  return word;
}

template <>
inline std::uint64_t equal64<4>(const char* a, const char* b) {
  std::uint64_t word = 0;
  for (int k = 0; k < 8; k++) {
    const __m256i equal = _mm256_cmpeq_epi32(load(a + 32 * k), load(b + 32 * k));
    const auto bits = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(equal)));
    word |= std::uint64_t{bits} << (8 * k);
  }
  return word;
}

template <>
inline std::uint64_t equal64<8>(const char* a, const char* b) {
  std::uint64_t word = 0;
  for (int k = 0; k < 16; k++) {
    const __m256i equal = _mm256_cmpeq_epi64(load(a + 32 * k), load(b + 32 * k));
    const auto bits = static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(equal)));
    word |= std::uint64_t{bits} << (4 * k);
  }
  return word;
}

template <class T>
void changes(const void* values, std::int64_t n, std::uint64_t* words) {
  const T* in = static_cast<const T*>(values);
  std::int64_t i = 0;
  T before = 0;
  if (n >= 64) {  // the first value has none before it that may be read
    T moved[64];
    moved[0] = 0;
    for (int k = 1; k < 64; k++) moved[k] = in[k - 1];
    words[0] = ~equal64<sizeof(T)>(reinterpret_cast<const char*>(in),
                                   reinterpret_cast<const char*>(moved));
    for (i = 64; i + 64 <= n; i += 64) {
      words[i / 64] = ~equal64<sizeof(T)>(reinterpret_cast<const char*>(in + i),
                                          reinterpret_cast<const char*>(in + i - 1));
    }
    before = in[i - 1];
  }
  if (i == n) return;
  std::uint64_t word = 0;
  for (std::int64_t k = i; k < n; k++) {
    word |= std::uint64_t{in[k] != before} << (k - i);
    before = in[k];
  }
  words[i / 64] = word;
}

template <class T>
void differ(const void* a, const void* b, std::int64_t n, std::uint64_t* words) {
  const T* p = static_cast<const T*>(a);
  const T* q = static_cast<const T*>(b);
  std::int64_t i = 0;
  for (; i + 64 <= n; i += 64) {
    words[i / 64] = ~equal64<sizeof(T)>(reinterpret_cast<const char*>(p + i),
                                        reinterpret_cast<const char*>(q + i));
  }
  if (i == n) return;
  std::uint64_t word = 0;
  for (std::int64_t k = i; k < n; k++) word |= std::uint64_t{p[k] != q[k]} << (k - i);
  words[i / 64] = word;
}

// Four places are written whether there are so many or not: a loop of one to four would be foreseen
// badly.
std::int64_t positions(const std::uint64_t* words, std::int64_t n, std::uint32_t* out) {
  std::uint32_t* to = out;
  for (std::int64_t k = 0; k < n; k++) {
    std::uint64_t word = words[k];
    if (word == 0) continue;
    const auto base = static_cast<std::uint32_t>(64 * k);
    const auto count = static_cast<std::int64_t>(_mm_popcnt_u64(word));
    for (std::int64_t i = 0; i < count; i += 4) {
      for (int j = 0; j < 4; j++) {
        to[i + j] = base + static_cast<std::uint32_t>(_tzcnt_u64(word));
        word = _blsr_u64(word);
      }
    }
    to += count;
  }
  return to - out;
}

template <class T>
inline __m256i spread(T value) {
  if constexpr (sizeof(T) == 1) return _mm256_set1_epi8(static_cast<char>(value));
  if constexpr (sizeof(T) == 2) return _mm256_set1_epi16(static_cast<short>(value));
  if constexpr (sizeof(T) == 4) return _mm256_set1_epi32(static_cast<int>(value));
  return _mm256_set1_epi64x(static_cast<long long>(value));
}

inline void store(void* p, __m256i v) { _mm256_storeu_si256(static_cast<__m256i*>(p), v); }

// Whole cache lines are streamed. The others are shared with what lies beside, and a line that is
// written both ways is slower than either.
void stream(const void* from, std::int64_t bytes, void* to) {
  const char* in = static_cast<const char*>(from);
  char* out = static_cast<char*>(to);
  std::int64_t i = 0;
  for (; i < bytes && (reinterpret_cast<std::uintptr_t>(out + i) & 63) != 0; i++) out[i] = in[i];
  for (; i + 64 <= bytes; i += 64) {
    _mm256_stream_si256(reinterpret_cast<__m256i*>(out + i), load(in + i));
    _mm256_stream_si256(reinterpret_cast<__m256i*>(out + i + 32), load(in + i + 32));
  }
  for (; i < bytes; i++) out[i] = in[i];
  _mm_sfence();
}

// Values [begin, end) of a row of n; may write beyond `end`, which later stretches put right.
template <class T>
inline void fill(T* row, std::int64_t begin, std::int64_t end, std::int64_t n, T value) {
  constexpr std::int64_t lanes = 32 / sizeof(T);
  T* to = row + begin;
  const std::int64_t length = end - begin;
  if (begin + lanes > n) {
    for (std::int64_t i = 0; i < length; i++) to[i] = value;
    return;
  }
  const __m256i v = spread(value);
  store(to, v);
  if (length <= lanes) return;
  for (std::int64_t i = lanes; i + lanes <= length; i += lanes) store(to + i, v);
  store(to + length - lanes, v);
}

// Reads the values of the stretches of a row in order.
template <class T>
class StretchValues {
 public:
  explicit StretchValues(const PaintRow& row)
      : label_(row.labels), final_(row.final), every_(row.alternating ? 0 : 1) {}

  T next() {
    on_ = (on_ ^ 1) | every_;
    const T value = on_ != 0 ? static_cast<T>(final_[*label_]) : T{0};
    label_ += on_;
    return value;
  }
  const std::uint32_t* label() const { return label_; }

 private:
  const std::uint32_t* label_;
  const std::uint32_t* final_;
  std::int64_t every_;
  std::int64_t on_ = 0;
};

// Up to 64 values from the changes among them: a step per value, whatever the changes are. Returns
// the value that goes on.
template <class T>
inline T expand(std::uint64_t word, std::int64_t n, T value, StretchValues<T>& values, T* to) {
  T each[65];
  const int count = static_cast<int>(_mm_popcnt_u64(word));
  each[0] = value;
  for (int k = 1; k <= count; k++) each[k] = values.next();
  std::uint64_t place = 0;
  for (std::int64_t i = 0; i < n; i++) {
    place += word >> i & 1;
    to[i] = each[place];
  }
  return each[count];
}

template <class T>
std::int64_t paint(const PaintRow& row, void* out) {
  constexpr int dense = 44;  // changes of a word from which filling stretches is slower
  T* to = static_cast<T*>(out);
  const std::int64_t n = row.n;
  StretchValues<T> values(row);
  std::int64_t x = 0;
  T value = 0;
  for (std::int64_t k = 0; 64 * k < n; k++) {
    std::uint64_t word = row.changes[k];
    if (word == 0) continue;
    if (_mm_popcnt_u64(word) >= dense) {
      fill(to, x, 64 * k, n, value);
      const std::int64_t here = n - 64 * k < 64 ? n - 64 * k : 64;
      value = expand(word, here, value, values, to + 64 * k);
      x = 64 * k + here;
      continue;
    }
    do {
      std::int64_t end = 64 * k + static_cast<std::int64_t>(_tzcnt_u64(word));
      end = end < n ? end : n;
      word = _blsr_u64(word);
      fill(to, x, end, n, value);
      x = end;
      value = values.next();
    } while (word != 0);
  }
  fill(to, x, n, n, value);
  return values.label() - row.labels;
}

}  // namespace

const ChangeKernels changes_avx2 = {
    {changes<std::uint8_t>, changes<std::uint16_t>, changes<std::uint32_t>, changes<std::uint64_t>},
    {differ<std::uint8_t>, differ<std::uint16_t>, differ<std::uint32_t>, differ<std::uint64_t>},
    positions,
    stream,
    {paint<std::uint8_t>, paint<std::uint16_t>, paint<std::uint32_t>, paint<std::uint64_t>}};

}  // namespace me::kernels
