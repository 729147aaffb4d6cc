#include <immintrin.h>

#include "ops/distance_transform/roots_kernels.h"

namespace me::kernels {

void small_roots_avx2(const std::int32_t* values, std::int64_t n, float* out) {
  std::int64_t k = 0;
  for (; k + 8 <= n; k += 8) {
    const __m256i eight = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values + k));
    _mm256_storeu_ps(out + k, _mm256_sqrt_ps(_mm256_cvtepi32_ps(eight)));
  }
  for (; k < n; k++) {
    const __m128 one = _mm_set_ss(static_cast<float>(values[k]));
    _mm_store_ss(out + k, _mm_sqrt_ss(one));
  }
}

void large_roots_avx2(const std::int32_t* values, std::int64_t n, float* out) {
  std::int64_t k = 0;
  for (; k + 4 <= n; k += 4) {
    const __m128i four = _mm_loadu_si128(reinterpret_cast<const __m128i*>(values + k));
    _mm_storeu_ps(out + k, _mm256_cvtpd_ps(_mm256_sqrt_pd(_mm256_cvtepi32_pd(four))));
  }
  for (; k < n; k++) {
    const __m128d one = _mm_set_sd(static_cast<double>(values[k]));
    _mm_store_ss(out + k, _mm_cvtsd_ss(_mm_setzero_ps(), _mm_sqrt_sd(one, one)));
  }
}

}  // namespace me::kernels
