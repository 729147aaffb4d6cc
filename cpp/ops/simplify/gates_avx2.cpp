#include <immintrin.h>

#include "ops/simplify/gates_kernels.h"

namespace me::kernels {
namespace {

// Two lanes: the lowest slope, and minus the highest. What is asked of either is then the same.
class Slopes {
 public:
  Slopes(const GateReach& reaching, bool flat)
      : slopes_(_mm_set1_pd(flat ? -flat_slope : -1e308 * 10)),
        ends_(_mm_setr_pd(flat ? gate_above_flat : reaching.below_v, gate_reach)),
        before_u_(reaching.before_u),
        behind_u_(reaching.behind_u) {}

  bool empty() const {
    const __m128d high = _mm_xor_pd(_mm_unpackhi_pd(slopes_, slopes_), _mm_set1_pd(-0.0));
    return _mm_comigt_sd(slopes_, high) != 0;
  }

  // Gates across u, with middles from (first, v) to (last, v), where first > 0.
  void cut_along(double first, double last, double v) {
    cut(_mm_sub_pd(both_ways(v), ends_), first, last);
  }

  // Gates along u, with middles from (u, first) to (u, last), of which a part must be ahead.
  void cut_across(double u, double first, double last) {
    const double near = u - before_u_;
    cut(_mm_xor_pd(_mm_setr_pd(last, first), minus_second()), u + behind_u_,
        near > least_distance ? near : least_distance);
  }
  bool reach_ahead(double u) const { return u > -behind_u_; }

  // Whether a stop is among them; `wide` is not negative when it is not too far along.
  bool have(double u, double v, double wide) const {
    const __m128d in = _mm_sub_pd(both_ways(v), _mm_mul_pd(slopes_, _mm_set1_pd(u)));
    const __m128d least = _mm_min_pd(_mm_set1_pd(wide), in);  // `in` where it is no number
    return _mm_movemask_pd(_mm_cmpge_pd(least, _mm_setzero_pd())) == 3;
  }

 private:
  static __m128d minus_second() { return _mm_setr_pd(0.0, -0.0); }
  static __m128d both_ways(double v) { return _mm_xor_pd(_mm_set1_pd(v), minus_second()); }

  // By v / u at the ends of gates: at `u_above` where v is positive, else at `u_below`.
  void cut(__m128d v, double u_above, double u_below) {
    const __m128d u = _mm_blendv_pd(_mm_set1_pd(u_below), _mm_set1_pd(u_above),
                                    _mm_cmpgt_pd(v, _mm_setzero_pd()));
    slopes_ = _mm_max_pd(_mm_div_pd(v, u), slopes_);
  }

  __m128d slopes_, ends_;
  double before_u_, behind_u_;
};

}  // namespace

double* walk_gates_avx2(const Gates& gates, std::int64_t code, std::int64_t end, double* out) {
  return GateWalk<Slopes>{gates}.walk(code, end, out);
}

}  // namespace me::kernels
