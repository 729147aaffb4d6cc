#include <immintrin.h>

#include "base/lane_mask_kernels.h"
#include "runs/row_changes_kernels.h"
#include "runs/word_lists_kernels.h"

namespace me::kernels {
namespace {

// 64 pairs of values, of which the `live` ones may be read: which of these differ.
template <class T>
inline std::uint64_t differ64(const T* a, const T* b, std::uint64_t live) {
  std::uint64_t word = 0;
  if constexpr (sizeof(T) == 1) {
    word =
        _mm512_cmpneq_epi8_mask(_mm512_maskz_loadu_epi8(live, a), _mm512_maskz_loadu_epi8(live, b));
  } else if constexpr (sizeof(T) == 2) {
    for (int i = 0; i < 64; i += 32) {
      const auto part = static_cast<__mmask32>(live >> i);
      const auto bits = _mm512_cmpneq_epi16_mask(_mm512_maskz_loadu_epi16(part, a + i),
                                                 _mm512_maskz_loadu_epi16(part, b + i));
      word |= word_of(bits) << i;
    }
  } else if constexpr (sizeof(T) == 4) {
    for (int i = 0; i < 64; i += 16) {
      const auto part = static_cast<__mmask16>(live >> i);
      const auto bits = _mm512_cmpneq_epi32_mask(_mm512_maskz_loadu_epi32(part, a + i),
                                                 _mm512_maskz_loadu_epi32(part, b + i));
      word |= std::uint64_t{bits} << i;
    }
  } else {
    for (int i = 0; i < 64; i += 8) {
      const auto part = static_cast<__mmask8>(live >> i);
      const auto bits = _mm512_cmpneq_epi64_mask(_mm512_maskz_loadu_epi64(part, a + i),
                                                 _mm512_maskz_loadu_epi64(part, b + i));
      word |= std::uint64_t{bits} << i;
    }
  }
  return word;
}

template <class T>
void differ(const void* a, const void* b, std::int64_t n, std::uint64_t* words) {
  const T* p = static_cast<const T*>(a);
  const T* q = static_cast<const T*>(b);
  std::int64_t i = 0;
  for (; i + 64 <= n; i += 64) words[i / 64] = differ64(p + i, q + i, ~std::uint64_t{0});
  if (i < n) words[i / 64] = differ64(p + i, q + i, (std::uint64_t{1} << (n - i)) - 1);
}

template <class T>
void changes(const void* values, std::int64_t n, std::uint64_t* words) {
  const T* in = static_cast<const T*>(values);
  if (n == 0) return;
  // The first value has none before it that may be read: masked, it is compared with itself.
  const std::uint64_t head = (n < 64 ? (std::uint64_t{1} << n) - 1 : ~std::uint64_t{0}) - 1;
  words[0] = differ64(in, in - 1, head) | std::uint64_t{in[0] != 0};
  std::int64_t i = 64;
  for (; i + 64 <= n; i += 64) words[i / 64] = differ64(in + i, in + i - 1, ~std::uint64_t{0});
  if (i < n) words[i / 64] = differ64(in + i, in + i - 1, (std::uint64_t{1} << (n - i)) - 1);
}

struct Avx512 {
  static std::int64_t count(std::uint64_t word) {
    return static_cast<std::int64_t>(_mm_popcnt_u64(word));
  }
  static std::int64_t lowest(std::uint64_t word) {
    return static_cast<std::int64_t>(_tzcnt_u64(word));
  }
  // The numbers of the words of [0, n), n <= 64, that are not zero; writes up to 7 beyond the last.
  static std::int64_t nonzero(const std::uint64_t* words, std::int64_t n, std::uint32_t* out) {
    const __m256i numbers = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    std::int64_t count = 0;
    for (std::int64_t k = 0; k < n; k += 8) {
      const auto live = static_cast<__mmask8>(n - k < 8 ? (1 << (n - k)) - 1 : 0xFF);
      const __m512i eight = _mm512_maskz_loadu_epi64(live, words + k);
      const __mmask8 set = _mm512_test_epi64_mask(eight, eight);
      const __m256i at = _mm256_add_epi32(numbers, _mm256_set1_epi32(static_cast<int>(k)));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + count),
                          _mm256_maskz_compress_epi32(set, at));
      count += static_cast<std::int64_t>(_mm_popcnt_u32(set));
    }
    return count;
  }
};

void edges(const std::uint64_t* words, std::int64_t n, std::uint64_t* out) {
  std::int64_t k = 0;
  for (; k + 8 <= n; k += 8) {
    const __m512i word = _mm512_loadu_si512(words + k);
    const __m512i before = _mm512_srli_epi64(_mm512_loadu_si512(words + k - 1), 63);
    const __m512i moved = _mm512_or_si512(_mm512_slli_epi64(word, 1), before);
    _mm512_storeu_si512(out + k, _mm512_xor_si512(word, moved));
  }
  for (; k < n; k++) out[k] = words[k] ^ (words[k] << 1 | words[k - 1] >> 63);
}

}  // namespace

const ChangeKernels changes_avx512 = {
    {changes<std::uint8_t>, changes<std::uint16_t>, changes<std::uint32_t>, changes<std::uint64_t>},
    {differ<std::uint8_t>, differ<std::uint16_t>, differ<std::uint32_t>, differ<std::uint64_t>},
    list_positions<Avx512>,
    edges};

}  // namespace me::kernels
