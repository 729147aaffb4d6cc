#include <immintrin.h>

#include "ops/distance_transform/roots_kernels.h"

namespace me::kernels {

void roots_avx2(const std::int32_t* values, std::int64_t n, float* out) {
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

}  // namespace me::kernels
