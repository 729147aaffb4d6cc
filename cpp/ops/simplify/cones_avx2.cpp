#include <immintrin.h>

#include "ops/simplify/cones_kernels.h"

namespace me::kernels {
namespace {

// Two lanes: the lowest slope, and minus the highest. What is asked of either is then the same.
class Cone {
 public:
  explicit Cone(double slope) : slopes_(_mm_set1_pd(-slope)) {}

  static double root(double a) { return _mm_cvtsd_f64(_mm_sqrt_pd(_mm_set1_pd(a))); }

  bool empty() const {
    const __m128d high = _mm_xor_pd(_mm_unpackhi_pd(slopes_, slopes_), _mm_set1_pd(-0.0));
    return _mm_comigt_sd(slopes_, high) != 0;
  }

  bool has(double ahead, double aside, double reach) const {
    const __m128d in = _mm_sub_pd(both_ways(aside), _mm_mul_pd(slopes_, _mm_set1_pd(ahead)));
    const __m128d least = _mm_min_pd(in, _mm_set1_pd(reach));
    return _mm_movemask_pd(_mm_cmpge_pd(least, _mm_setzero_pd())) == 3;
  }

  // A tangent that turns back is steeper than any.
  void cut(double ahead, double aside, double along, double distance) {
    const __m128d sides = both_ways(aside);
    const __m128d over = _mm_sub_pd(_mm_mul_pd(sides, _mm_set1_pd(along)),
                                    _mm_mul_pd(_mm_set1_pd(ahead), _mm_set1_pd(distance)));
    const __m128d under = _mm_add_pd(_mm_mul_pd(_mm_set1_pd(ahead), _mm_set1_pd(along)),
                                     _mm_mul_pd(sides, _mm_set1_pd(distance)));
    slopes_ = _mm_max_pd(_mm_div_pd(over, _mm_max_pd(under, _mm_set1_pd(least_length))), slopes_);
  }

 private:
  static __m128d both_ways(double a) { return _mm_xor_pd(_mm_set1_pd(a), _mm_setr_pd(0.0, -0.0)); }

  __m128d slopes_;
};

}  // namespace

std::int64_t* walk_cones_avx2(const double* xy, std::int64_t from, std::int64_t end,
                              double distance, std::int64_t* kept) {
  return ConeWalk<Cone>{xy, distance}.walk(from, end, kept);
}

}  // namespace me::kernels
