#include <immintrin.h>

#include "ops/warp/crack_kernels.h"

namespace me::kernels {
namespace {

inline __m512d all(double value) { return _mm512_set1_pd(value); }
inline __m512d ceiling(__m512d value) {
  return _mm512_roundscale_pd(value, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC);
}

struct Places {
  __m512d x, y;
};

inline __m512d row_of(const double* m, __m512d x, __m512d y) {
  return _mm512_add_pd(_mm512_add_pd(_mm512_mul_pd(all(m[0]), x), all(m[2])),
                       _mm512_mul_pd(all(m[1]), y));
}

inline Places places_of(const CrackMap& map, const std::int32_t* columns,
                        const std::int32_t* rows) {
  const __m256i column = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(columns));
  const __m256i row = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows));
  const __m512d x = _mm512_sub_pd(_mm512_cvtepi32_pd(column), all(map.shift));
  const __m512d y = _mm512_sub_pd(_mm512_cvtepi32_pd(row), all(map.shift));
  const __m512d px = row_of(map.m, x, y);
  const __m512d py = row_of(map.m + 3, x, y);
  if (map.affine) return {px, py};
  const __m512d pw = row_of(map.m + 6, x, y);
  return {_mm512_div_pd(px, pw), _mm512_div_pd(py, pw)};
}

inline __mmask8 below(__mmask8 lanes, __m512d a, __m512d b) {
  return _mm512_mask_cmp_pd_mask(lanes, a, b, _CMP_LT_OQ);
}

// Writes the marks of the lanes behind each other; returns how many there are.
inline std::int64_t write(__mmask8 lanes, __m512d x, __m512d y, Mark* marks) {
  const __m512i columns = _mm512_cvttpd_epi64(x);
  const __m512i rows = _mm512_slli_epi64(_mm512_cvttpd_epi64(y), 32);
  _mm512_storeu_si512(marks, _mm512_maskz_compress_epi64(lanes, _mm512_or_si512(columns, rows)));
  return static_cast<std::int64_t>(_mm_popcnt_u32(lanes));
}

// Eight mapped cracks, from left to right.
struct Eight {
  Places a, b;
  __m512d run, rise;
  __mmask8 live;
  __mmask8 unsure = 0;  // a crossing lies too near a pixel's centre

  Eight(const CrackMap& map, const Cracks& cracks, std::int64_t i) {
    live = static_cast<__mmask8>(cracks.n - i >= 8 ? 0xFF : (1u << (cracks.n - i)) - 1);
    const Places from = places_of(map, cracks.x0 + i, cracks.y0 + i);
    const Places to = places_of(map, cracks.x1 + i, cracks.y1 + i);
    const __mmask8 turned = below(0xFF, to.x, from.x);
    a = {_mm512_mask_mov_pd(from.x, turned, to.x), _mm512_mask_mov_pd(from.y, turned, to.y)};
    b = {_mm512_mask_mov_pd(to.x, turned, from.x), _mm512_mask_mov_pd(to.y, turned, from.y)};
    run = _mm512_sub_pd(b.x, a.x);
    rise = _mm512_sub_pd(b.y, a.y);
  }

  // Those that cross few columns, at a bounded slope.
  __mmask8 usual() const {
    __mmask8 lanes = below(live, run, all(most_run));
    lanes = below(lanes, all(least_run), run);
    lanes = below(lanes, _mm512_abs_pd(a.x), all(0x1p31));
    lanes = below(lanes, _mm512_abs_pd(a.y), all(0x1p31));
    return below(lanes, _mm512_abs_pd(b.y), all(0x1p31));
  }

  // Marks the crossings of some lanes; returns how many there are.
  std::int64_t mark(const CrackMap& map, __mmask8 crossed, Mark* marks) {
    const __m512d zero = _mm512_setzero_pd();
    const __m512d spread =
        _mm512_add_pd(all(map.slack), _mm512_mul_pd(all(map.slack * 100.0), _mm512_abs_pd(rise)));
    const __m512d slope = _mm512_div_pd(rise, run);
    const __m512d reach = _mm512_add_pd(b.x, all(map.slack));
    __m512d x = ceiling(_mm512_sub_pd(a.x, all(map.centre + map.slack)));
    std::int64_t n = 0;
    for (int k = 0; k < most_crossed; k++) {
      const __m512d u = _mm512_add_pd(x, all(map.centre));
      crossed = _mm512_mask_cmp_pd_mask(crossed, u, reach, _CMP_LE_OQ);
      if (crossed == 0) break;
      const __m512d along = _mm512_min_pd(_mm512_max_pd(_mm512_sub_pd(u, a.x), zero), run);
      const __m512d v =
          _mm512_sub_pd(_mm512_add_pd(a.y, _mm512_mul_pd(along, slope)), all(map.centre));
      const __m512d y = ceiling(_mm512_sub_pd(v, spread));
      __mmask8 shown = _mm512_mask_cmp_pd_mask(crossed, x, zero, _CMP_GE_OQ);
      shown = below(shown, x, all(map.width));
      unsure |= _mm512_mask_cmp_pd_mask(shown, ceiling(_mm512_add_pd(v, spread)), y, _CMP_NEQ_UQ);
      shown = _mm512_mask_cmp_pd_mask(shown, y, zero, _CMP_GE_OQ);
      shown = below(shown, y, all(map.height));
      n += write(shown, x, y, marks + n);
      x = _mm512_add_pd(x, all(1.0));
    }
    return n;
  }
};

}  // namespace

std::int64_t mark_cracks_avx512(const CrackMap& map, const Cracks& cracks, Mark* marks,
                                CrackFindings& found) {
  std::int64_t n = 0;
  found.n_rest = 0;
  __m512d left = all(found.left);
  __m512d right = all(found.right);
  for (std::int64_t i = 0; i < cracks.n; i += 8) {
    Eight eight(map, cracks, i);
    left = _mm512_mask_min_pd(left, eight.live, eight.a.x, left);
    right = _mm512_mask_max_pd(right, eight.live, eight.b.x, right);
    const __mmask8 usual = eight.usual();
    n += eight.mark(map, usual, marks + n);
    // What is unsure is marked once more by the caller; a mark too many does no harm.
    auto rest = static_cast<std::uint32_t>((eight.live & ~usual) | eight.unsure);
    for (; rest != 0; rest &= rest - 1) {
      found.rest[found.n_rest++] = static_cast<std::uint8_t>(i + _tzcnt_u32(rest));
    }
  }
  found.left = _mm512_reduce_min_pd(left);
  found.right = _mm512_reduce_max_pd(right);
  return n;
}

}  // namespace me::kernels
