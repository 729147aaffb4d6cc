#include <immintrin.h>

#include "runs/row_changes_kernels.h"
#include "runs/word_lists_kernels.h"

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

// Which of four words are not zero, as places in them: three and less end with what is cut off.
struct Places {
  std::uint32_t of[16][4] = {};
  constexpr Places() {
    for (std::uint32_t set = 0; set < 16; set++) {
      int n = 0;
      for (std::uint32_t i = 0; i < 4; i++) {
        if ((set >> i & 1) != 0) of[set][n++] = i;
      }
    }
  }
};
constexpr Places places;

struct Avx2 {
  static std::int64_t count(std::uint64_t word) {
    return static_cast<std::int64_t>(_mm_popcnt_u64(word));
  }
  static std::int64_t lowest(std::uint64_t word) {
    return static_cast<std::int64_t>(_tzcnt_u64(word));
  }
  // The numbers of the words of [0, n), n <= 64, that are not zero; writes up to 3 beyond the last.
  static std::int64_t nonzero(const std::uint64_t* words, std::int64_t n, std::uint32_t* out) {
    std::int64_t count = 0;
    std::int64_t k = 0;
    for (; k + 4 <= n; k += 4) {
      const __m256i zero = _mm256_cmpeq_epi64(load(words + k), _mm256_setzero_si256());
      const auto set = static_cast<unsigned>(~_mm256_movemask_pd(_mm256_castsi256_pd(zero))) & 15;
      const __m128i at = _mm_loadu_si128(reinterpret_cast<const __m128i*>(places.of[set]));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + count),
                       _mm_add_epi32(at, _mm_set1_epi32(static_cast<int>(k))));
      count += static_cast<std::int64_t>(_mm_popcnt_u32(set));
    }
    for (; k < n; k++) {
      out[count] = static_cast<std::uint32_t>(k);
      count += words[k] != 0;
    }
    return count;
  }
};

void edges(const std::uint64_t* words, std::int64_t n, std::uint64_t* out) {
  std::int64_t k = 0;
  for (; k + 4 <= n; k += 4) {
    const __m256i word = load(words + k);
    const __m256i before = _mm256_srli_epi64(load(words + k - 1), 63);
    const __m256i moved = _mm256_or_si256(_mm256_slli_epi64(word, 1), before);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + k), _mm256_xor_si256(word, moved));
  }
  for (; k < n; k++) out[k] = words[k] ^ (words[k] << 1 | words[k - 1] >> 63);
}

}  // namespace

const ChangeKernels changes_avx2 = {
    {changes<std::uint8_t>, changes<std::uint16_t>, changes<std::uint32_t>, changes<std::uint64_t>},
    {differ<std::uint8_t>, differ<std::uint16_t>, differ<std::uint32_t>, differ<std::uint64_t>},
    list_positions<Avx2>,
    edges};

}  // namespace me::kernels
