#include <immintrin.h>

#include "geometry/line_kernels.h"

namespace me::kernels {
namespace {

__m256d first_us(const Columns& columns, std::int64_t first) {
  const __m256d index =
      _mm256_add_pd(_mm256_set1_pd(static_cast<double>(first)), _mm256_setr_pd(0, 1, 2, 3));
  return _mm256_add_pd(_mm256_mul_pd(_mm256_set1_pd(columns.u_step), index),
                       _mm256_set1_pd(columns.u_first));
}

void store_rows(__m256d z, const Columns& columns, std::uint32_t* rows) {
  const __m256d within =
      _mm256_min_pd(_mm256_max_pd(z, _mm256_setzero_pd()), _mm256_set1_pd(columns.bottom));
  const __m256d whole = _mm256_round_pd(within, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
  const __m256d row = _mm256_mul_pd(_mm256_add_pd(whole, _mm256_set1_pd(columns.shift)),
                                    _mm256_set1_pd(columns.scale));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(rows), _mm256_cvttpd_epi32(row));
}

bool plain(const Line& line, const Columns& columns, std::int64_t first, std::int64_t n,
           std::uint32_t* rows) {
  const __m256d base = _mm256_set1_pd(line.base);
  const __m256d slope = _mm256_set1_pd(line.slope);
  const __m256d origin = _mm256_set1_pd(line.origin);
  const __m256d half = _mm256_set1_pd(0.5);
  const __m256d doubt = _mm256_set1_pd(line_doubt);
  const __m256d sign = _mm256_set1_pd(-0.0);
  const __m256d step = _mm256_set1_pd(4 * columns.u_step);
  __m256d u = first_us(columns, first);
  __m256d doubtful = _mm256_setzero_pd();
  for (std::int64_t i = 0; i < n; i += 4) {
    const __m256d along = _mm256_mul_pd(slope, _mm256_sub_pd(u, origin));
    const __m256d z = _mm256_add_pd(_mm256_add_pd(base, along), half);
    const __m256d nearest = _mm256_round_pd(z, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m256d away = _mm256_andnot_pd(sign, _mm256_sub_pd(z, nearest));
    doubtful = _mm256_or_pd(doubtful, _mm256_cmp_pd(away, doubt, _CMP_LT_OQ));
    store_rows(z, columns, rows + i);
    u = _mm256_add_pd(u, step);
  }
  return _mm256_movemask_pd(doubtful) != 0;
}

// Both kinds at once, and a choice: which kind comes next cannot be predicted.
void walk(const Line& line, const Columns& columns, std::int64_t first, std::int64_t n,
          std::uint32_t* rows) {
  const __m256d one = _mm256_set1_pd(1);
  const __m256d half = _mm256_set1_pd(0.5);
  const __m256d base = _mm256_set1_pd(line.base);
  const __m256d slope = _mm256_set1_pd(line.slope);
  const __m256d origin = _mm256_set1_pd(line.origin);
  const __m256d start = _mm256_set1_pd(line.origin + 0.5);
  const __m256d across = _mm256_set1_pd(line.across);
  const __m256d steep = _mm256_castsi256_pd(_mm256_set1_epi64x(-line.steep));
  const __m256d falls = _mm256_cmp_pd(across, _mm256_setzero_pd(), _CMP_LT_OQ);
  const __m256d step = _mm256_set1_pd(4 * columns.u_step);
  __m256d u = first_us(columns, first);
  for (std::int64_t i = 0; i < n; i += 4) {
    const __m256d q = _mm256_mul_pd(slope, _mm256_sub_pd(u, origin));
    const __m256d t = _mm256_round_pd(q, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m256d at = _mm256_add_pd(_mm256_add_pd(start, _mm256_mul_pd(across, t)), half);
    const __m256d above = _mm256_cmp_pd(at, _mm256_add_pd(u, one), _CMP_GE_OQ);
    const __m256d passed = _mm256_xor_pd(above, falls);
    const __m256d stepped = _mm256_sub_pd(_mm256_add_pd(base, t), _mm256_and_pd(passed, one));
    const __m256d flat = _mm256_add_pd(_mm256_add_pd(base, q), half);
    store_rows(_mm256_blendv_pd(flat, stepped, steep), columns, rows + i);
    u = _mm256_add_pd(u, step);
  }
}

}  // namespace

const LineKernels line_avx2 = {&plain, &walk};

}  // namespace me::kernels
