#include <immintrin.h>

#include "ops/warp/warp_kernels.h"

namespace me::kernels {
namespace {

struct Avx2 {
  static constexpr std::int64_t lanes = 4;

  static std::uint64_t look_up(const WarpColumn& c, double row) {
    const __m256d rows = _mm256_add_pd(_mm256_set1_pd(row), _mm256_setr_pd(0, 1, 2, 3));
    const __m256d y = _mm256_add_pd(rows, _mm256_set1_pd(c.centre));
    __m256d px = along(c, 0, y);
    __m256d py = along(c, 1, y);
    if (!c.affine) {
      const __m256d pw = along(c, 2, y);
      px = _mm256_div_pd(px, pw);
      py = _mm256_div_pd(py, pw);
    }
    px = _mm256_add_pd(px, _mm256_set1_pd(c.half));
    py = _mm256_add_pd(py, _mm256_set1_pd(c.half));
    const __m256d inside = _mm256_and_pd(within(px, c.columns), within(py, c.rows));
    const __m256i x64 = _mm256_cvtepi32_epi64(_mm256_cvttpd_epi32(px));  // sides are below 2^31
    const __m256i y64 = _mm256_cvtepi32_epi64(_mm256_cvttpd_epi32(py));
    const __m256i position =
        _mm256_add_epi64(_mm256_mul_epu32(x64, _mm256_set1_epi64x(c.height)), y64);
    const __m256i words = _mm256_mask_i64gather_epi64(
        _mm256_setzero_si256(), reinterpret_cast<const long long*>(c.words),
        _mm256_srli_epi64(position, 6), _mm256_castpd_si256(inside), 8);
    const __m256i places = _mm256_and_si256(position, _mm256_set1_epi64x(63));
    const __m256i signs =
        _mm256_sllv_epi64(words, _mm256_sub_epi64(_mm256_set1_epi64x(63), places));
    return static_cast<std::uint64_t>(
        _mm256_movemask_pd(_mm256_and_pd(inside, _mm256_castsi256_pd(signs))));
  }

 private:
  static __m256d along(const WarpColumn& c, int axis, __m256d y) {
    return _mm256_add_pd(_mm256_set1_pd(c.base[axis]),
                         _mm256_mul_pd(_mm256_set1_pd(c.step[axis]), y));
  }
  static __m256d within(__m256d p, double side) {
    return _mm256_and_pd(_mm256_cmp_pd(p, _mm256_setzero_pd(), _CMP_GE_OQ),
                         _mm256_cmp_pd(p, _mm256_set1_pd(side), _CMP_LT_OQ));
  }
};

}  // namespace

std::uint64_t warp_rows_avx2(const WarpColumn& column, std::int64_t y, std::int64_t n) {
  return warp_rows<Avx2>(column, y, n);
}

}  // namespace me::kernels
