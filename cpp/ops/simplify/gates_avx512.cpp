#include <immintrin.h>

#include "ops/simplify/gates_lanes_kernels.h"

namespace me::kernels {
namespace {

struct Avx512 {
  static constexpr int lanes = 8;

  struct Mask {
    __mmask8 held;

    friend Mask both(Mask a, Mask b) { return {_kand_mask8(a.held, b.held)}; }
    friend Mask either(Mask a, Mask b) { return {_kor_mask8(a.held, b.held)}; }
    friend Mask but_not(Mask a, Mask b) { return {_kandn_mask8(b.held, a.held)}; }
    friend int bits(Mask a) { return a.held; }
  };

  struct Vector {
    __m512d held;

    static Vector all(double a) { return {_mm512_set1_pd(a)}; }
    static Vector load(const double* values) { return {_mm512_load_pd(values)}; }
    void store(double* values) const { _mm512_store_pd(values, held); }
    friend Vector operator+(Vector a, Vector b) { return {_mm512_add_pd(a.held, b.held)}; }
    friend Vector operator-(Vector a, Vector b) { return {_mm512_sub_pd(a.held, b.held)}; }
    friend Vector operator*(Vector a, Vector b) { return {_mm512_mul_pd(a.held, b.held)}; }
    friend Vector operator/(Vector a, Vector b) { return {_mm512_div_pd(a.held, b.held)}; }
    friend Vector min(Vector a, Vector b) { return {_mm512_min_pd(a.held, b.held)}; }
    friend Vector max(Vector a, Vector b) { return {_mm512_max_pd(a.held, b.held)}; }
    friend Vector size(Vector a) { return {_mm512_andnot_pd(_mm512_set1_pd(-0.0), a.held)}; }
    friend Mask operator>(Vector a, Vector b) {
      return {_mm512_cmp_pd_mask(a.held, b.held, _CMP_GT_OQ)};
    }
    friend Mask operator>=(Vector a, Vector b) {
      return {_mm512_cmp_pd_mask(a.held, b.held, _CMP_GE_OQ)};
    }
    friend Mask operator<=(Vector a, Vector b) {
      return {_mm512_cmp_pd_mask(a.held, b.held, _CMP_LE_OQ)};
    }
    friend Mask not_more(Vector a, Vector b) {
      return {_mm512_cmp_pd_mask(a.held, b.held, _CMP_NGT_UQ)};
    }
    friend Vector choose(Mask where, Vector a, Vector b) {
      return {_mm512_mask_blend_pd(where.held, b.held, a.held)};
    }
  };

  struct Whole {
    __m512i held;

    static Whole all(std::int64_t a) { return {_mm512_set1_epi64(a)}; }
    static Whole load(const std::int64_t* values) { return {_mm512_load_si512(values)}; }
    void store(std::int64_t* values) const { _mm512_store_si512(values, held); }
    friend Whole operator+(Whole a, Whole b) { return {_mm512_add_epi64(a.held, b.held)}; }
    friend Whole operator-(Whole a, Whole b) { return {_mm512_sub_epi64(a.held, b.held)}; }
    friend Whole operator&(Whole a, Whole b) { return {_mm512_and_si512(a.held, b.held)}; }
    friend Whole operator^(Whole a, Whole b) { return {_mm512_xor_si512(a.held, b.held)}; }
    friend Whole halved(Whole a) { return {_mm512_srli_epi64(a.held, 1)}; }
    friend Mask operator>(Whole a, Whole b) { return {_mm512_cmpgt_epi64_mask(a.held, b.held)}; }
    friend Mask operator==(Whole a, Whole b) { return {_mm512_cmpeq_epi64_mask(a.held, b.held)}; }
    friend Whole choose(Mask where, Whole a, Whole b) {
      return {_mm512_mask_blend_epi64(where.held, b.held, a.held)};
    }
  };

  // The values from each place on. Not by a gather: that takes longer than the loads.
  struct Pairs {
    Vector first, second;
  };
  static Pairs pairs_at(const double* values, Whole place) {
    alignas(64) std::int64_t places[lanes];
    place.store(places);
    const auto pair = [&](int lane) { return _mm_loadu_pd(values + places[lane]); };
    const auto two = [&](int low, int high) {
      return _mm256_insertf128_pd(_mm256_castpd128_pd256(pair(low)), pair(high), 1);
    };
    const auto four = [&](int first) {  // every second lane
      return _mm512_insertf64x4(_mm512_castpd256_pd512(two(first, first + 2)),
                                two(first + 4, first + 6), 1);
    };
    const __m512d even = four(0);
    const __m512d odd = four(1);
    return {{_mm512_unpacklo_pd(even, odd)}, {_mm512_unpackhi_pd(even, odd)}};
  }
};

}  // namespace

void walk_gates_avx512(const double* ends, Walk* walks, std::int64_t n) {
  walk_in_lanes<Avx512>(ends, walks, n);
}

}  // namespace me::kernels
