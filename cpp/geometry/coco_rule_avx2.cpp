#include <immintrin.h>

#include "geometry/coco_rule_kernels.h"

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

// Puts the first n of the four values row[0], row[step], ... into the slots of columns from
// `column` on, counted from the first. All four are written, as n cannot be predicted.
void put(const ColumnSlots& slots, std::int64_t column, std::int32_t n, const std::uint32_t* row,
         std::int64_t step) {
  std::uint32_t* const counts = slots.counts + column;
  std::uint32_t* const rows = slots.rows + slot_rows * column;
  for (std::int32_t k = 0; k < 4; k++) {
    rows[slot_rows * k + (counts[k] & (slot_rows - 1))] = row[step * k];
    counts[k] += k < n ? 1 : 0;
  }
}

// Puts the crossings of edge `lane` of four beyond the first four columns.
void put_rest(const ColumnSlots& slots, const Edges& four, int lane, std::int64_t column,
              std::int32_t n) {
  const auto spread = [lane](__m256d values) {
    alignas(32) double each[4];
    _mm256_store_pd(each, values);
    return _mm256_broadcast_sd(each + lane);
  };
  const Edges e = {spread(four.base),   spread(four.slope), spread(four.origin),
                   spread(four.across), spread(four.steep), spread(four.falls)};
  const __m256d bottom = _mm256_set1_pd(slots.bottom);
  __m256d u =
      _mm256_add_pd(_mm256_set1_pd(5.0 * static_cast<double>(slots.first + column + 4) + 2.0),
                    _mm256_setr_pd(0.0, 5.0, 10.0, 15.0));
  for (std::int32_t k = 4; k < n; k += 4) {
    alignas(16) std::uint32_t rows[4];
    _mm_store_si128(reinterpret_cast<__m128i*>(rows), row_of(crossing(e, u), bottom));
    put(slots, column + k, n - k, rows, 1);
    u = _mm256_add_pd(u, _mm256_set1_pd(20.0));
  }
}

void cross(const double* u, const double* v, std::int64_t edges, const ColumnSlots& slots) {
  const __m256d first_column = _mm256_set1_pd(static_cast<double>(slots.first));
  const __m256d beyond = _mm256_set1_pd(static_cast<double>(slots.first + slots.n));
  const __m256d one = _mm256_set1_pd(1.0);
  const __m256d bottom = _mm256_set1_pd(slots.bottom);
  for (std::int64_t i = 0; i < edges; i += 4) {
    const __m256d a_u = _mm256_loadu_pd(u + i);
    const __m256d b_u = _mm256_loadu_pd(u + i + 1);
    // whole numbers and halves: a product by 0.2 is at least 0.1 away from the next whole number
    const __m256d low = _mm256_add_pd(_mm256_min_pd(a_u, b_u), _mm256_set1_pd(2.5));
    const __m256d high = _mm256_sub_pd(_mm256_max_pd(a_u, b_u), _mm256_set1_pd(2.5));
    const __m256d begin = _mm256_min_pd(_mm256_max_pd(floor_fifth(low), first_column), beyond);
    const __m256d end = _mm256_min_pd(_mm256_add_pd(floor_fifth(high), one), beyond);
    alignas(16) std::int32_t column[4];
    alignas(16) std::int32_t n[4];
    const __m128i counted = _mm256_cvttpd_epi32(_mm256_sub_pd(end, begin));
    _mm_store_si128(reinterpret_cast<__m128i*>(n), counted);
    _mm_store_si128(reinterpret_cast<__m128i*>(column),
                    _mm256_cvttpd_epi32(_mm256_sub_pd(begin, first_column)));
    const Edges e = edges_between(a_u, _mm256_loadu_pd(v + i), b_u, _mm256_loadu_pd(v + i + 1));
    alignas(16) std::uint32_t rows[16];
    __m256d at = _mm256_add_pd(_mm256_mul_pd(begin, _mm256_set1_pd(5.0)), _mm256_set1_pd(2.0));
    for (int k = 0; k < 4; k++) {
      _mm_store_si128(reinterpret_cast<__m128i*>(rows + 4 * k), row_of(crossing(e, at), bottom));
      at = _mm256_add_pd(at, _mm256_set1_pd(5.0));
    }
    for (int lane = 0; lane < 4; lane++) put(slots, column[lane], n[lane], rows + lane, 4);
    int longer = _mm_movemask_ps(_mm_castsi128_ps(_mm_cmpgt_epi32(counted, _mm_set1_epi32(4))));
    for (; longer != 0; longer &= longer - 1) {
      const int lane = static_cast<int>(_tzcnt_u32(static_cast<unsigned>(longer)));
      put_rest(slots, e, lane, column[lane], n[lane]);
    }
  }
}

// Four vertices x, y, x, y, ... snapped.
struct Vertices {
  __m256d u, v, near;
};

Vertices snapped(const double* xy) {
  const auto snap = [](__m256d values) {
    const __m256d scaled =
        _mm256_add_pd(_mm256_mul_pd(_mm256_set1_pd(5.0), values), _mm256_set1_pd(0.5));
    return _mm256_round_pd(scaled, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
  };
  const __m256d a = snap(_mm256_loadu_pd(xy));
  const __m256d b = snap(_mm256_loadu_pd(xy + 4));
  const __m256d sign = _mm256_set1_pd(-0.0);
  const __m256d reach = _mm256_set1_pd(static_cast<double>(slot_reach));
  const __m256d near_a = _mm256_cmp_pd(_mm256_andnot_pd(sign, a), reach, _CMP_LT_OQ);
  const __m256d near_b = _mm256_cmp_pd(_mm256_andnot_pd(sign, b), reach, _CMP_LT_OQ);
  const auto in_order = [](__m256d mixed) { return _mm256_permute4x64_pd(mixed, 0xd8); };
  return {in_order(_mm256_unpacklo_pd(a, b)), in_order(_mm256_unpackhi_pd(a, b)),
          _mm256_and_pd(near_a, near_b)};
}

double least(__m256d values) {
  const __m128d two = _mm_min_pd(_mm256_castpd256_pd128(values), _mm256_extractf128_pd(values, 1));
  return _mm_cvtsd_f64(_mm_min_sd(two, _mm_unpackhi_pd(two, two)));
}

bool snap(const double* xy, std::int64_t n, double* u, double* v, double* low, double* high) {
  __m256d smallest = _mm256_set1_pd(*low);
  __m256d largest = _mm256_set1_pd(-*high);  // negated
  __m256d near = _mm256_castsi256_pd(_mm256_set1_epi64x(-1));
  for (std::int64_t i = 0; i < n; i += 4) {
    double last[8];  // the last few vertices, filled up with the first
    const double* from = xy + 2 * i;
    if (n - i < 4) {
      for (std::int64_t k = 0; k < 4; k++) {
        const double* vertex = i + k < n ? xy + 2 * (i + k) : xy;
        last[2 * k] = vertex[0];
        last[2 * k + 1] = vertex[1];
      }
      from = last;
    }
    const Vertices four = snapped(from);
    near = _mm256_and_pd(near, four.near);
    smallest = _mm256_min_pd(smallest, four.u);
    largest = _mm256_min_pd(largest, _mm256_sub_pd(_mm256_setzero_pd(), four.u));
    _mm256_storeu_pd(u + i, four.u);
    _mm256_storeu_pd(v + i, four.v);
  }
  u[padded_edges(n)] = u[0];
  v[padded_edges(n)] = v[0];
  *low = least(smallest);
  *high = -least(largest);
  return _mm256_movemask_pd(near) == 0xf;
}

}  // namespace

const CocoKernels coco_avx2 = {&snap, &cross};

}  // namespace me::kernels
