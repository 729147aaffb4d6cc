#include <immintrin.h>

#include "ops/simplify/gates_lanes_kernels.h"

namespace me::kernels {
namespace {

struct Avx2 {
  static constexpr int lanes = 4;

  struct Mask {
    __m256d held;

    friend Mask both(Mask a, Mask b) { return {_mm256_and_pd(a.held, b.held)}; }
    friend Mask either(Mask a, Mask b) { return {_mm256_or_pd(a.held, b.held)}; }
    friend Mask but_not(Mask a, Mask b) { return {_mm256_andnot_pd(b.held, a.held)}; }
    friend int bits(Mask a) { return _mm256_movemask_pd(a.held); }
  };

  struct Vector {
    __m256d held;

    static Vector all(double a) { return {_mm256_set1_pd(a)}; }
    static Vector load(const double* values) { return {_mm256_load_pd(values)}; }
    void store(double* values) const { _mm256_store_pd(values, held); }
    friend Vector operator+(Vector a, Vector b) { return {_mm256_add_pd(a.held, b.held)}; }
    friend Vector operator-(Vector a, Vector b) { return {_mm256_sub_pd(a.held, b.held)}; }
    friend Vector operator*(Vector a, Vector b) { return {_mm256_mul_pd(a.held, b.held)}; }
    friend Vector operator/(Vector a, Vector b) { return {_mm256_div_pd(a.held, b.held)}; }
    friend Vector min(Vector a, Vector b) { return {_mm256_min_pd(a.held, b.held)}; }
    friend Vector max(Vector a, Vector b) { return {_mm256_max_pd(a.held, b.held)}; }
    friend Vector size(Vector a) { return {_mm256_andnot_pd(_mm256_set1_pd(-0.0), a.held)}; }
    friend Mask operator>(Vector a, Vector b) {
      return {_mm256_cmp_pd(a.held, b.held, _CMP_GT_OQ)};
    }
    friend Mask operator>=(Vector a, Vector b) {
      return {_mm256_cmp_pd(a.held, b.held, _CMP_GE_OQ)};
    }
    friend Mask operator<=(Vector a, Vector b) {
      return {_mm256_cmp_pd(a.held, b.held, _CMP_LE_OQ)};
    }
    friend Mask not_more(Vector a, Vector b) {
      return {_mm256_cmp_pd(a.held, b.held, _CMP_NGT_UQ)};
    }
    friend Vector choose(Mask where, Vector a, Vector b) {
      return {_mm256_blendv_pd(b.held, a.held, where.held)};
    }
  };

  struct Whole {
    __m256i held;

    static Whole all(std::int64_t a) { return {_mm256_set1_epi64x(a)}; }
    static Whole load(const std::int64_t* values) {
      return {_mm256_load_si256(reinterpret_cast<const __m256i*>(values))};
    }
    void store(std::int64_t* values) const {
      _mm256_store_si256(reinterpret_cast<__m256i*>(values), held);
    }
    friend Whole operator+(Whole a, Whole b) { return {_mm256_add_epi64(a.held, b.held)}; }
    friend Whole operator-(Whole a, Whole b) { return {_mm256_sub_epi64(a.held, b.held)}; }
    friend Whole operator&(Whole a, Whole b) { return {_mm256_and_si256(a.held, b.held)}; }
    friend Whole operator^(Whole a, Whole b) { return {_mm256_xor_si256(a.held, b.held)}; }
    friend Whole halved(Whole a) { return {_mm256_srli_epi64(a.held, 1)}; }
    friend Mask operator>(Whole a, Whole b) {
      return {_mm256_castsi256_pd(_mm256_cmpgt_epi64(a.held, b.held))};
    }
    friend Mask operator==(Whole a, Whole b) {
      return {_mm256_castsi256_pd(_mm256_cmpeq_epi64(a.held, b.held))};
    }
    friend Whole choose(Mask where, Whole a, Whole b) {
      return {_mm256_blendv_epi8(b.held, a.held, _mm256_castpd_si256(where.held))};
    }
  };

  // The values from each place on. Not by a gather: that takes longer than the loads.
  struct Pairs {
    Vector first, second;
  };
  static Pairs pairs_at(const double* values, Whole place) {
    alignas(32) std::int64_t places[lanes];
    place.store(places);
    const auto two = [&](int low, int high) {
      return _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(values + places[low])),
                                  _mm_loadu_pd(values + places[high]), 1);
    };
    const __m256d even = two(0, 2);
    const __m256d odd = two(1, 3);
    return {{_mm256_unpacklo_pd(even, odd)}, {_mm256_unpackhi_pd(even, odd)}};
  }
};

}  // namespace

void walk_gates_avx2(const double* ends, Walk* walks, std::int64_t n) {
  walk_in_lanes<Avx2>(ends, walks, n);
}

}  // namespace me::kernels
