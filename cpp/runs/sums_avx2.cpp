#include <immintrin.h>

#include "runs/sums_kernels.h"

namespace me::kernels {

bool running_sums_avx2(const std::uint32_t* counts, std::int64_t n, std::uint32_t* out) {
  if (n == 0) return true;
  std::uint32_t before = counts[0];
  out[0] = before;
  std::int64_t k = 1;
  const __m256i last = _mm256_set1_epi32(7);
  const __m256i low_end = _mm256_set1_epi32(3);
  __m256i carry = _mm256_set1_epi32(static_cast<int>(before));
  __m256i failed = _mm256_setzero_si256();
  for (; k + 8 <= n; k += 8) {
    const __m256i count = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(counts + k));
    __m256i sum = _mm256_add_epi32(count, _mm256_slli_si256(count, 4));
    sum = _mm256_add_epi32(sum, _mm256_slli_si256(sum, 8));  // running sums of each half
    const __m256i low = _mm256_permutevar8x32_epi32(sum, low_end);
    sum = _mm256_add_epi32(sum, _mm256_blend_epi32(_mm256_setzero_si256(), low, 0xF0));
    const __m256i total = _mm256_permutevar8x32_epi32(sum, last);
    sum = _mm256_add_epi32(sum, carry);
    carry = _mm256_add_epi32(carry, total);
    const __m256i previous = _mm256_sub_epi32(sum, count);
    failed = _mm256_or_si256(failed, _mm256_cmpeq_epi32(_mm256_max_epu32(sum, previous), previous));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + k), sum);
  }
  bool rising = _mm256_testz_si256(failed, failed) != 0;
  before = static_cast<std::uint32_t>(_mm256_cvtsi256_si32(carry));
  for (; k < n; k++) {
    const std::uint32_t sum = before + counts[k];
    rising &= sum > before;
    out[k] = sum;
    before = sum;
  }
  return rising;
}

}  // namespace me::kernels
