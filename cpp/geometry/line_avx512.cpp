#include <immintrin.h>

#include "geometry/line_kernels.h"

namespace me::kernels {
namespace {

__m512d first_us(const Columns& columns, std::int64_t first) {
  const __m512d index = _mm512_add_pd(_mm512_set1_pd(static_cast<double>(first)),
                                      _mm512_setr_pd(0, 1, 2, 3, 4, 5, 6, 7));
  return _mm512_add_pd(_mm512_mul_pd(_mm512_set1_pd(columns.u_step), index),
                       _mm512_set1_pd(columns.u_first));
}

void store_rows(__m512d z, const Columns& columns, std::uint32_t* rows) {
  const __m512d within =
      _mm512_min_pd(_mm512_max_pd(z, _mm512_setzero_pd()), _mm512_set1_pd(columns.bottom));
  const __m512d whole = _mm512_roundscale_pd(within, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
  const __m512d row = _mm512_mul_pd(_mm512_add_pd(whole, _mm512_set1_pd(columns.shift)),
                                    _mm512_set1_pd(columns.scale));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(rows), _mm512_cvttpd_epi32(row));
}

bool plain(const Line& line, const Columns& columns, std::int64_t first, std::int64_t n,
           std::uint32_t* rows) {
  const __m512d base = _mm512_set1_pd(line.base);
  const __m512d slope = _mm512_set1_pd(line.slope);
  const __m512d origin = _mm512_set1_pd(line.origin);
  const __m512d half = _mm512_set1_pd(0.5);
  const __m512d doubt = _mm512_set1_pd(line_doubt);
  const __m512d step = _mm512_set1_pd(8 * columns.u_step);
  __m512d u = first_us(columns, first);
  __mmask8 doubtful = 0;
  for (std::int64_t i = 0; i < n; i += 8) {
    const __m512d along = _mm512_mul_pd(slope, _mm512_sub_pd(u, origin));
    const __m512d z = _mm512_add_pd(_mm512_add_pd(base, along), half);
    const __m512d nearest = _mm512_roundscale_pd(z, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m512d away = _mm512_abs_pd(_mm512_sub_pd(z, nearest));
    const __mmask8 asked = n - i < 8 ? static_cast<__mmask8>((1u << (n - i)) - 1) : 0xff;
    doubtful |= _mm512_mask_cmp_pd_mask(asked, away, doubt, _CMP_LT_OQ);
    store_rows(z, columns, rows + i);
    u = _mm512_add_pd(u, step);
  }
  return doubtful != 0;
}

// Both kinds at once, and a choice: which kind comes next cannot be predicted.
void walk(const Line& line, const Columns& columns, std::int64_t first, std::int64_t n,
          std::uint32_t* rows) {
  const __m512d one = _mm512_set1_pd(1);
  const __m512d half = _mm512_set1_pd(0.5);
  const __m512d base = _mm512_set1_pd(line.base);
  const __m512d slope = _mm512_set1_pd(line.slope);
  const __m512d origin = _mm512_set1_pd(line.origin);
  const __m512d start = _mm512_set1_pd(line.origin + 0.5);
  const __m512d across = _mm512_set1_pd(line.across);
  const auto steep = static_cast<__mmask8>(-line.steep);
  const __mmask8 falls = line.across < 0 ? 0xff : 0;
  const __m512d step = _mm512_set1_pd(8 * columns.u_step);
  __m512d u = first_us(columns, first);
  for (std::int64_t i = 0; i < n; i += 8) {
    const __m512d q = _mm512_mul_pd(slope, _mm512_sub_pd(u, origin));
    const __m512d t = _mm512_roundscale_pd(q, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m512d at = _mm512_add_pd(_mm512_add_pd(start, _mm512_mul_pd(across, t)), half);
    const __mmask8 above = _mm512_cmp_pd_mask(at, _mm512_add_pd(u, one), _CMP_GE_OQ);
    const __m512d step_to = _mm512_add_pd(base, t);
    const auto passed = static_cast<__mmask8>(above ^ falls);
    const __m512d stepped = _mm512_mask_sub_pd(step_to, passed, step_to, one);
    const __m512d flat = _mm512_add_pd(_mm512_add_pd(base, q), half);
    store_rows(_mm512_mask_blend_pd(steep, flat, stepped), columns, rows + i);
    u = _mm512_add_pd(u, step);
  }
}

}  // namespace

const LineKernels line_avx512 = {&plain, &walk};

}  // namespace me::kernels
