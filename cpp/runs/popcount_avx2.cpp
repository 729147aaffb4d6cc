#include <immintrin.h>

#include "runs/popcount_kernels.h"

namespace me::kernels {

std::int64_t shared_bits_avx2(const std::uint64_t* a, std::int64_t a_stride, const std::uint64_t* b,
                              std::int64_t b_stride, std::int64_t n, std::int64_t rows) {
  // Bits per nibble by table look-up, summed over bytes per word.
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                         0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i low = _mm256_set1_epi8(15);
  __m256i sums = _mm256_setzero_si256();
  std::int64_t rest = 0;
  for (std::int64_t row = 0; row < rows; row++, a += a_stride, b += b_stride) {
    std::int64_t k = 0;
    for (; k + 4 <= n; k += 4) {
      const __m256i shared =
          _mm256_and_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(a + k)),
                           _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b + k)));
      const __m256i nibbles = _mm256_add_epi8(
          _mm256_shuffle_epi8(table, _mm256_and_si256(shared, low)),
          _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(shared, 4), low)));
      sums = _mm256_add_epi64(sums, _mm256_sad_epu8(nibbles, _mm256_setzero_si256()));
    }
    for (; k < n; k++) rest += static_cast<std::int64_t>(_mm_popcnt_u64(a[k] & b[k]));
  }
  const __m128i half =
      _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  return rest + _mm_cvtsi128_si64(half) + _mm_extract_epi64(half, 1);
}

}  // namespace me::kernels
