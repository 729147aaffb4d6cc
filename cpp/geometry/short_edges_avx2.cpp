#include <immintrin.h>

#include "geometry/short_edges_kernels.h"

namespace me::kernels {
namespace {

// Four edges, each from its upper or left end as line_kernels.h has them.
struct Edges {
  __m256d base, slope, origin, across, steep, falls;
};

Edges edges_between(__m256d a_u, __m256d a_v, __m256d b_u, __m256d b_v) {
  const __m256d sign = _mm256_set1_pd(-0.0);
  const __m256d du = _mm256_sub_pd(b_u, a_u);
  const __m256d dv = _mm256_sub_pd(b_v, a_v);
  const __m256d steep =
      _mm256_cmp_pd(_mm256_andnot_pd(sign, du), _mm256_andnot_pd(sign, dv), _CMP_LT_OQ);
  const __m256d swapped = _mm256_blendv_pd(du, dv, steep);  // its sign bit
  const __m256d u0 = _mm256_blendv_pd(a_u, b_u, swapped);
  const __m256d v0 = _mm256_blendv_pd(a_v, b_v, swapped);
  // A flat edge passes at the smaller of the steps at u and u + 1; rounding is monotone, so the
  // slope says which. A steep one is followed to u + 1/2.
  const __m256d flat_back =
      _mm256_blendv_pd(_mm256_setzero_pd(), _mm256_set1_pd(1.0), _mm256_xor_pd(du, dv));
  const __m256d back = _mm256_blendv_pd(flat_back, _mm256_set1_pd(0.5), steep);
  const __m256d across = _mm256_div_pd(du, dv);
  return {v0,
          _mm256_div_pd(dv, du),
          _mm256_sub_pd(u0, back),
          across,
          steep,
          _mm256_cmp_pd(across, _mm256_setzero_pd(), _CMP_LT_OQ)};
}

__m256d crossing(const Edges& e, __m256d u) {
  const __m256d half = _mm256_set1_pd(0.5);
  const __m256d one = _mm256_set1_pd(1.0);
  const __m256d q = _mm256_mul_pd(e.slope, _mm256_sub_pd(u, e.origin));
  const __m256d t = _mm256_round_pd(q, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m256d start = _mm256_add_pd(e.origin, half);
  const __m256d at = _mm256_add_pd(_mm256_add_pd(start, _mm256_mul_pd(e.across, t)), half);
  const __m256d above = _mm256_cmp_pd(at, _mm256_add_pd(u, one), _CMP_GE_OQ);
  const __m256d passed = _mm256_xor_pd(above, e.falls);
  const __m256d stepped = _mm256_sub_pd(_mm256_add_pd(e.base, t), _mm256_and_pd(passed, one));
  const __m256d flat = _mm256_add_pd(_mm256_add_pd(e.base, q), half);
  return _mm256_blendv_pd(flat, stepped, e.steep);
}

__m128i row_of(__m256d z, __m256d bottom) {
  const __m256d within = _mm256_min_pd(_mm256_max_pd(z, _mm256_setzero_pd()), bottom);
  const __m256d whole = _mm256_round_pd(within, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
  return _mm256_cvttpd_epi32(
      _mm256_mul_pd(_mm256_add_pd(whole, _mm256_set1_pd(2.5)), _mm256_set1_pd(0.2)));
}

__m256d floor_fifth(__m256d value) {
  return _mm256_floor_pd(_mm256_mul_pd(value, _mm256_set1_pd(0.2)));
}

}  // namespace

void short_edges_avx2(const double* u, const double* v, std::int64_t edges, double width,
                      double bottom, std::int32_t* first, std::int32_t* n, std::uint32_t* rows) {
  const __m256d last_column = _mm256_set1_pd(width - 1.0);
  const __m256d deepest = _mm256_set1_pd(bottom);
  const __m256d room = _mm256_set1_pd(static_cast<double>(short_columns));
  for (std::int64_t i = 0; i < edges; i += 4, rows += short_rows) {
    const __m256d a_u = _mm256_loadu_pd(u + i);
    const __m256d b_u = _mm256_loadu_pd(u + i + 1);
    // whole numbers and halves: a product by 0.2 is at least 0.1 away from the next whole number
    const __m256d low = _mm256_add_pd(_mm256_min_pd(a_u, b_u), _mm256_set1_pd(2.5));
    const __m256d high = _mm256_sub_pd(_mm256_max_pd(a_u, b_u), _mm256_set1_pd(2.5));
    const __m256d begin = _mm256_max_pd(floor_fifth(low), _mm256_setzero_pd());
    const __m256d end = _mm256_min_pd(floor_fifth(high), last_column);
    const __m256d count = _mm256_add_pd(_mm256_sub_pd(end, begin), _mm256_set1_pd(1.0));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(first + i), _mm256_cvttpd_epi32(begin));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(n + i), _mm256_cvttpd_epi32(count));
    const Edges e = edges_between(a_u, _mm256_loadu_pd(v + i), b_u, _mm256_loadu_pd(v + i + 1));
    __m256d at = _mm256_add_pd(_mm256_mul_pd(begin, _mm256_set1_pd(5.0)), _mm256_set1_pd(2.0));
    __m256d left = _mm256_and_pd(count, _mm256_cmp_pd(count, room, _CMP_LE_OQ));
    std::uint32_t* to = rows;
    // as far as the longest of the four that are short
    while (_mm256_movemask_pd(_mm256_cmp_pd(left, _mm256_setzero_pd(), _CMP_GT_OQ)) != 0) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to), row_of(crossing(e, at), deepest));
      to += 4;
      at = _mm256_add_pd(at, _mm256_set1_pd(5.0));
      left = _mm256_sub_pd(left, _mm256_set1_pd(1.0));
    }
  }
}

}  // namespace me::kernels
