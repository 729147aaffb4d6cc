#include <immintrin.h>

#include "runs/coco_text_kernels.h"

namespace me::kernels {
namespace {

// For each set of counts that take two characters, where the characters kept stand in the pairs.
struct Kept {
  alignas(16) std::uint8_t of[256][16];
};

constexpr Kept kept_characters() {
  Kept kept{};
  for (int two = 0; two < 256; two++) {
    int n = 0;
    for (int i = 0; i < 8; i++) {
      kept.of[two][n++] = static_cast<std::uint8_t>(2 * i);
      if ((two >> i & 1) != 0) kept.of[two][n++] = static_cast<std::uint8_t>(2 * i + 1);
    }
  }
  return kept;
}

constexpr Kept kept = kept_characters();

}  // namespace

CountText write_short_counts_avx2(const std::uint32_t* counts, std::int64_t first, std::int64_t n,
                                  char* out) {
  const __m256i five = _mm256_set1_epi32(0x1F);
  const __m256i zero = _mm256_set1_epi32('0');
  for (; first + 8 <= n; first += 8) {
    const __m256i count = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(counts + first));
    const __m256i before = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(counts + first - 2));
    const __m256i value = _mm256_sub_epi32(count, before);
    // Above 2^31 the difference might not fit; else it is right, and short if in [-512, 512).
    const __m256i large = _mm256_and_si256(_mm256_or_si256(count, before),
                                           _mm256_set1_epi32(static_cast<int>(0x80000000u)));
    const __m256i more =
        _mm256_and_si256(_mm256_add_epi32(value, _mm256_set1_epi32(512)), _mm256_set1_epi32(~1023));
    const __m256i longer = _mm256_or_si256(large, more);
    if (_mm256_testz_si256(longer, longer) == 0) break;
    const __m256i beyond =
        _mm256_and_si256(_mm256_add_epi32(value, _mm256_set1_epi32(16)), _mm256_set1_epi32(~31));
    const __m256i one = _mm256_cmpeq_epi32(beyond, _mm256_setzero_si256());
    const __m256i flag = _mm256_andnot_si256(one, _mm256_set1_epi32(0x20));
    const __m256i low =
        _mm256_add_epi32(_mm256_or_si256(_mm256_and_si256(value, five), flag), zero);
    const __m256i high =
        _mm256_add_epi32(_mm256_and_si256(_mm256_srli_epi32(value, 5), five), zero);
    const __m256i pair = _mm256_or_si256(low, _mm256_slli_epi32(high, 8));
    const __m128i pairs =
        _mm_packus_epi32(_mm256_castsi256_si128(pair), _mm256_extracti128_si256(pair, 1));
    const unsigned two = ~static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(one))) & 255;
    const __m128i order = _mm_load_si128(reinterpret_cast<const __m128i*>(kept.of[two]));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_shuffle_epi8(pairs, order));
    out += 8 + _mm_popcnt_u32(two);
  }
  return {first, out};
}

}  // namespace me::kernels
