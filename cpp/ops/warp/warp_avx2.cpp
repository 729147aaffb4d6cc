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

  static __m256d along(const WarpColumn& c, int axis, __m256d y) {
    return _mm256_add_pd(_mm256_set1_pd(c.base[axis]),
                         _mm256_mul_pd(_mm256_set1_pd(c.step[axis]), y));
  }
  static __m256d within(__m256d p, double side) {
    return _mm256_and_pd(_mm256_cmp_pd(p, _mm256_setzero_pd(), _CMP_GE_OQ),
                         _mm256_cmp_pd(p, _mm256_set1_pd(side), _CMP_LT_OQ));
  }
};

// Eight rows at a time, for positions of 31 bits.
struct Narrow {
  // Whether row y shows a pixel of the source; of an affine map, then, all between two that do:
  // products and sums are rounded in the order of their exact values.
  static bool shows(const WarpColumn& c, std::int64_t row) {
    const double y = static_cast<double>(row) + c.centre;
    const double px = c.base[0] + c.step[0] * y + c.half;
    const double py = c.base[1] + c.step[1] * y + c.half;
    return px >= 0 && px < c.columns && py >= 0 && py < c.rows;
  }

  template <bool Checked>
  static std::uint64_t look_up(const WarpColumn& c, std::int64_t row) {
    const Four a = four<Checked>(c, static_cast<double>(row));
    const Four b = four<Checked>(c, static_cast<double>(row + 4));
    const __m256i x = _mm256_set_m128i(b.x, a.x);
    const __m256i y = _mm256_set_m128i(b.y, a.y);
    const __m256i height = _mm256_set1_epi32(static_cast<int>(c.height));
    const __m256i position = _mm256_add_epi32(_mm256_mullo_epi32(x, height), y);
    const __m256i place = _mm256_andnot_si256(position, _mm256_set1_epi32(31));  // from the top
    const __m256i index = _mm256_srli_epi32(position, 5);
    const auto* const words = reinterpret_cast<const int*>(c.words);
    if constexpr (!Checked) {
      const __m256i signs = _mm256_sllv_epi32(_mm256_i32gather_epi32(words, index, 4), place);
      return static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(signs)));
    } else {
      const __m256 halves =
          _mm256_shuffle_ps(_mm256_castpd_ps(a.inside), _mm256_castpd_ps(b.inside), 0x88);
      const __m256i inside = _mm256_permute4x64_epi64(_mm256_castps_si256(halves), 0xD8);
      const __m256i signs = _mm256_sllv_epi32(
          _mm256_mask_i32gather_epi32(_mm256_setzero_si256(), words, index, inside, 4), place);
      return static_cast<unsigned>(
          _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_and_si256(inside, signs))));
    }
  }

 private:
  struct Four {
    __m128i x, y;
    __m256d inside;
  };

  template <bool Checked>
  static Four four(const WarpColumn& c, double row) {
    const __m256d rows = _mm256_add_pd(_mm256_set1_pd(row), _mm256_setr_pd(0, 1, 2, 3));
    const __m256d y = _mm256_add_pd(rows, _mm256_set1_pd(c.centre));
    __m256d px = Avx2::along(c, 0, y);
    __m256d py = Avx2::along(c, 1, y);
    if (!c.affine) {
      const __m256d pw = Avx2::along(c, 2, y);
      px = _mm256_div_pd(px, pw);
      py = _mm256_div_pd(py, pw);
    }
    px = _mm256_add_pd(px, _mm256_set1_pd(c.half));
    py = _mm256_add_pd(py, _mm256_set1_pd(c.half));
    Four out{_mm256_cvttpd_epi32(px), _mm256_cvttpd_epi32(py), px};
    if (Checked) out.inside = _mm256_and_pd(Avx2::within(px, c.columns), Avx2::within(py, c.rows));
    return out;
  }
};

template <bool Checked>
std::uint64_t narrow_rows(const WarpColumn& column, std::int64_t y, std::int64_t n) {
  std::uint64_t bits = 0;
  for (std::int64_t k = 0; k < n; k += 8) bits |= Narrow::look_up<Checked>(column, y + k) << k;
  return bits & ~std::uint64_t{0} >> (64 - n);
}

}  // namespace

std::uint64_t warp_rows_avx2(const WarpColumn& column, std::int64_t y, std::int64_t n) {
  if (column.rows * column.columns >= 0x1p31) return warp_rows<Avx2>(column, y, n);
  const std::int64_t computed = (n + 7) / 8 * 8;
  if (column.affine && Narrow::shows(column, y) && Narrow::shows(column, y + computed - 1)) {
    return narrow_rows<false>(column, y, n);
  }
  return narrow_rows<true>(column, y, n);
}

}  // namespace me::kernels
