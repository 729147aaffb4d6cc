#include <immintrin.h>

#include "ops/warp/warp_kernels.h"

namespace me::kernels {
namespace {

struct Avx512 {
  static constexpr std::int64_t lanes = 8;

  static std::uint64_t look_up(const WarpColumn& c, double row) {
    const __m512d rows = _mm512_add_pd(_mm512_set1_pd(row), _mm512_setr_pd(0, 1, 2, 3, 4, 5, 6, 7));
    const __m512d y = _mm512_add_pd(rows, _mm512_set1_pd(c.centre));
    __m512d px = along(c, 0, y);
    __m512d py = along(c, 1, y);
    if (!c.affine) {
      const __m512d pw = along(c, 2, y);
      px = _mm512_div_pd(px, pw);
      py = _mm512_div_pd(py, pw);
    }
    px = _mm512_add_pd(px, _mm512_set1_pd(c.half));
    py = _mm512_add_pd(py, _mm512_set1_pd(c.half));
    const __mmask8 inside = within(within(0xFF, px, c.columns), py, c.rows);
    const __m512i position =  // sides are below 2^31
        _mm512_add_epi64(_mm512_mul_epu32(_mm512_cvttpd_epi64(px), _mm512_set1_epi64(c.height)),
                         _mm512_cvttpd_epi64(py));
    const __m512i words = _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), inside,
                                                      _mm512_srli_epi64(position, 6), c.words, 8);
    const __m512i places = _mm512_and_si512(position, _mm512_set1_epi64(63));
    return _mm512_test_epi64_mask(words, _mm512_sllv_epi64(_mm512_set1_epi64(1), places));
  }

 private:
  static __m512d along(const WarpColumn& c, int axis, __m512d y) {
    return _mm512_add_pd(_mm512_set1_pd(c.base[axis]),
                         _mm512_mul_pd(_mm512_set1_pd(c.step[axis]), y));
  }
  static __mmask8 within(__mmask8 some, __m512d p, double side) {
    some = _mm512_mask_cmp_pd_mask(some, p, _mm512_setzero_pd(), _CMP_GE_OQ);
    return _mm512_mask_cmp_pd_mask(some, p, _mm512_set1_pd(side), _CMP_LT_OQ);
  }
};

}  // namespace

std::uint64_t warp_rows_avx512(const WarpColumn& column, std::int64_t y, std::int64_t n) {
  return warp_rows<Avx512>(column, y, n);
}

}  // namespace me::kernels
