#include <immintrin.h>

#include "ops/simplify/gates_kernels.h"

namespace me::kernels {
namespace {

constexpr int lanes = 4;
using Vector = __m256d;
using Whole = __m256i;

Vector all(double a) { return _mm256_set1_pd(a); }
Whole all(std::int64_t a) { return _mm256_set1_epi64x(a); }
Vector choose(Vector where, Vector a, Vector b) { return _mm256_blendv_pd(b, a, where); }
Whole choose(Vector where, Whole a, Whole b) {
  return _mm256_blendv_epi8(b, a, _mm256_castpd_si256(where));
}
Vector both(Vector a, Vector b) { return _mm256_and_pd(a, b); }
Vector either(Vector a, Vector b) { return _mm256_or_pd(a, b); }
Vector but_not(Vector a, Vector b) { return _mm256_andnot_pd(b, a); }
Vector equal(Whole a, Whole b) { return _mm256_castsi256_pd(_mm256_cmpeq_epi64(a, b)); }
Vector more(Whole a, Whole b) { return _mm256_castsi256_pd(_mm256_cmpgt_epi64(a, b)); }
Vector more(Vector a, Vector b) { return _mm256_cmp_pd(a, b, _CMP_GT_OQ); }
Vector size(Vector a) { return _mm256_andnot_pd(all(-0.0), a); }
Vector inwards(Vector way) {
  return _mm256_max_pd(_mm256_min_pd(way, all(stop_inset)), all(-stop_inset));
}

struct Queue {
  Walk* next;
  Walk* end;
};

// GateWalk::walk of four walks at a time, two runs of each search a step. No branch depends on what
// is found: a lane whose search is over begins the next one by the same arithmetic.
class Lanes {
 public:
  Lanes(const double* corners, Queue& queue) : corners_(corners), queue_(queue) {
    for (int lane = 0; lane < lanes; lane++) take(lane);
  }

  // False when all walks are done.
  bool step() {
    int ended = begin_again(search());
    for (int lane = 0; ended != 0; lane++, ended >>= 1) {
      if ((ended & 1) == 0) continue;
      walks_[lane]->out = out_[lane];
      walks_[lane]->code = code_[lane];
      take(lane);
    }
    return active_ != 0;
  }

 private:
  // Lets the lane begin the next walk: as if a search had found its first stop.
  void take(int lane) {
    stop_lane(lane);
    if (queue_.next == queue_.end) {
      active_ &= ~(1 << lane);
      out_[lane] = &nowhere_;
      stride_[lane] = 0;
      return;
    }
    Walk& walk = *queue_.next++;
    active_ |= 1 << lane;
    walks_[lane] = &walk;
    out_[lane] = walk.out;
    best_[lane] = walk.code;
    end_run_[lane] = walk.end;
    limit_[lane] = walk.limit;
    stride_[lane] = 2;
    even_axis_[lane] = walk.even_axis;
  }

  void stop_lane(int lane) {
    low_[lane] = 1;
    high_[lane] = -1;
    run_[lane] = best_[lane] = 0;
    kept_[lane] = -1;
    worth_flat_[lane] = 0;
  }

  static Whole load(const std::int64_t* values) {
    return _mm256_load_si256(reinterpret_cast<const Whole*>(values));
  }
  static void store(std::int64_t* values, Whole a) {
    _mm256_store_si256(reinterpret_cast<Whole*>(values), a);
  }
  // Not by a gather: that takes longer than the loads it is made of.
  Vector at(Whole place) const {
    alignas(32) std::int64_t places[lanes];
    store(places, place);
    return _mm256_setr_pd(corners_[places[0]], corners_[places[1]], corners_[places[2]],
                          corners_[places[3]]);
  }

  struct Points {
    Vector x, y;
  };
  Points points_at(Whole corner) const {
    alignas(32) std::int64_t places[lanes];
    store(places, _mm256_add_epi64(corner, corner));
    const auto two = [&](int low, int high) {
      return _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(corners_ + places[low])),
                                  _mm_loadu_pd(corners_ + places[high]), 1);
    };
    const Vector even = two(0, 2);
    const Vector odd = two(1, 3);
    return {_mm256_unpacklo_pd(even, odd), _mm256_unpackhi_pd(even, odd)};
  }

  struct Range {
    Vector low, high;

    Vector empty() const { return more(low, high); }

    // By v / u at the ends of gates: at `far` where that makes less of v, else at `near`.
    void cut(Vector bottom, Vector near, Vector far, Vector top) {
      const Vector zero = _mm256_setzero_pd();
      const Vector least = _mm256_div_pd(bottom, choose(more(bottom, zero), near, far));
      const Vector most = _mm256_div_pd(top, choose(more(top, zero), far, near));
      low = _mm256_max_pd(least, low);
      high = _mm256_min_pd(most, high);
    }

    Vector have(Vector u, Vector v) const {
      const Vector above = _mm256_sub_pd(v, _mm256_mul_pd(low, u));
      const Vector below = _mm256_sub_pd(_mm256_mul_pd(high, u), v);
      const Vector long_enough = _mm256_sub_pd(_mm256_mul_pd(size(v), all(steepest_gate)), u);
      const Vector wide = _mm256_min_pd(_mm256_sub_pd(u, all(1.0)), long_enough);
      const Vector in = _mm256_min_pd(wide, _mm256_min_pd(below, above));
      return _mm256_cmp_pd(in, _mm256_setzero_pd(), _CMP_GE_OQ);
    }
  };

  // One step of GateWalk::farthest; returns the lanes that have a walk whose search is over.
  Vector search() {
    const Whole one = all(std::int64_t{1});
    const Whole two = all(std::int64_t{2});
    const Vector half = all(gate_pixel / 2);
    const Vector zero = _mm256_setzero_pd();
    const Vector u = _mm256_load_pd(u_);
    const Vector v = _mm256_load_pd(v_);
    const Whole end = load(end_run_);
    const Whole axis = load(axis_);
    Range range{_mm256_load_pd(low_), _mm256_load_pd(high_)};
    Whole run = load(run_);
    Whole best = load(best_);
    Vector over = range.empty();
    const auto take_if = [&](Vector found, Whole code) {
      best = choose(but_not(found, over), code, best);
    };

    // across: gates along u
    const Whole code = _mm256_add_epi64(run, run);
    const Whole across = _mm256_sub_epi64(_mm256_add_epi64(code, all(std::int64_t{3})), axis);
    const Vector next_v = _mm256_sub_pd(at(across), _mm256_load_pd(origin_v_));
    const Vector inset_v = inwards(_mm256_sub_pd(next_v, v));
    take_if(range.have(u, _mm256_add_pd(v, inset_v)), code);
    const Vector behind = _mm256_load_pd(behind_);
    const Vector before = _mm256_sub_pd(u, _mm256_load_pd(before_));
    range.cut(_mm256_sub_pd(_mm256_max_pd(next_v, v), half), _mm256_add_pd(u, behind),
              _mm256_max_pd(before, all(least_distance)),
              _mm256_add_pd(_mm256_min_pd(next_v, v), half));
    over = either(over, either(equal(run, end), range.empty()));
    over = either(over, _mm256_cmp_pd(u, _mm256_sub_pd(zero, behind), _CMP_NGT_UQ));
    take_if(range.have(u, _mm256_sub_pd(next_v, inset_v)), _mm256_add_epi64(code, one));

    // along: gates across u
    const Whole after = _mm256_add_epi64(code, two);
    const Whole ahead = _mm256_add_epi64(_mm256_add_epi64(after, two), axis);
    const Vector next_u =
        _mm256_mul_pd(_mm256_load_pd(sign_), _mm256_sub_pd(at(ahead), _mm256_load_pd(origin_u_)));
    const Vector inset_u = inwards(_mm256_sub_pd(next_u, u));
    take_if(range.have(_mm256_add_pd(u, inset_u), next_v), after);
    const Vector first_u = _mm256_add_pd(_mm256_min_pd(next_u, u), half);
    range.cut(_mm256_sub_pd(next_v, _mm256_load_pd(below_)), first_u,
              _mm256_sub_pd(_mm256_max_pd(next_u, u), half),
              _mm256_add_pd(next_v, all(gate_reach)));
    over = either(over, either(equal(_mm256_add_epi64(run, one), end), range.empty()));
    over = either(over, _mm256_cmp_pd(first_u, zero, _CMP_LE_OQ));
    take_if(range.have(_mm256_sub_pd(next_u, inset_u), next_v), _mm256_add_epi64(after, one));
    run = _mm256_add_epi64(run, load(stride_));
    over = either(over, gives_up(run, best));

    _mm256_store_pd(u_, next_u);
    _mm256_store_pd(v_, next_v);
    _mm256_store_pd(low_, range.low);
    _mm256_store_pd(high_, range.high);
    store(run_, run);
    store(best_, best);
    return both(over, more(load(stride_), _mm256_setzero_si256()));
  }

  // run - best / 2 > gate_look_ahead + (best / 2 - first run), where -1 / 2 is 0.
  Vector gives_up(Whole run, Whole best) const {
    const Whole one = all(std::int64_t{1});
    const Whole without = _mm256_and_si256(one, _mm256_cmpgt_epi64(_mm256_setzero_si256(), best));
    const Whole won = _mm256_andnot_si256(one, _mm256_add_epi64(best, without));
    const Whole lost = _mm256_sub_epi64(_mm256_add_epi64(run, load(first_run_)),
                                        all(std::int64_t{gate_look_ahead}));
    return more(lost, won);
  }

  // Lanes whose search is over, and the stop at which each is then.
  struct Turn {
    Vector over;
    Vector flat;  // those that search again from where they were, for a flat edge
    Vector on;    // those that go on to the stop
    Whole best;   // what the search found
    Whole run, last;
    Vector level;  // run is along x
  };

  // Writes the stops that were found. Returns the lanes whose walk ends.
  int begin_again(Vector over) {
    Turn turn;
    turn.over = over;
    turn.flat = both(over, _mm256_castsi256_pd(load(worth_flat_)));
    turn.on = but_not(over, turn.flat);
    turn.best = load(best_);
    const Whole kept = load(kept_);
    const Whole code = choose(more(turn.best, kept), turn.best, kept);
    const Vector goes_on = both(turn.on, more(load(limit_), code));
    write(code, _mm256_movemask_pd(goes_on));
    turn.last = _mm256_and_si256(code, all(std::int64_t{1}));
    turn.run = _mm256_add_epi64(_mm256_srli_epi64(code, 1), turn.last);
    aim(turn);
    search_from(turn);
    return _mm256_movemask_pd(but_not(turn.on, but_not(goes_on, equal(turn.run, load(end_run_)))));
  }

  // Finds the stop, and the axes of the search from there.
  void aim(Turn& turn) {
    const Whole one = all(std::int64_t{1});
    const Whole two = all(std::int64_t{2});
    const Points corner = points_at(turn.run);
    const Points into = points_at(
        _mm256_sub_epi64(_mm256_add_epi64(turn.run, one), _mm256_add_epi64(turn.last, turn.last)));
    const Vector x = _mm256_add_pd(corner.x, inwards(_mm256_sub_pd(into.x, corner.x)));
    const Vector y = _mm256_add_pd(corner.y, inwards(_mm256_sub_pd(into.y, corner.y)));
    const Whole axis = _mm256_xor_si256(load(even_axis_), _mm256_and_si256(turn.run, one));
    turn.level = equal(axis, _mm256_setzero_si256());
    const Vector next =
        at(_mm256_add_epi64(_mm256_add_epi64(_mm256_add_epi64(turn.run, turn.run), two), axis));
    const Vector down = more(choose(turn.level, corner.x, corner.y), next);
    const Vector sign = choose(down, all(-1.0), all(1.0));
    const Vector origin_u = choose(turn.level, x, y);
    const Vector origin_v = choose(turn.level, y, x);
    const Vector upright = choose(turn.level, all(gate_reach), all(gate_above));
    keep(origin_u_, turn.on, origin_u);
    keep(origin_v_, turn.on, origin_v);
    keep(sign_, turn.on, sign);
    keep(before_, turn.on, choose(down, all(gate_reach), upright));
    keep(behind_, turn.on, choose(down, upright, all(gate_reach)));
    keep(axis_, turn.on, axis);
    keep(first_run_, turn.on, turn.run);
    keep(first_u_, turn.on, _mm256_mul_pd(sign, _mm256_sub_pd(next, origin_u)));
    keep(first_v_, turn.on, _mm256_sub_pd(choose(turn.level, corner.y, corner.x), origin_v));
    keep(gate_, turn.on,
         choose(equal(turn.last, one), all(gate_pixel / 2), all(gate_pixel / 2 - stop_inset)));
  }

  // Looks through the first gates.
  void search_from(const Turn& turn) {
    const Whole one = all(std::int64_t{1});
    const Whole none = all(std::int64_t{-1});
    const Vector u = _mm256_load_pd(first_u_);
    const Vector v = _mm256_load_pd(first_v_);
    const Whole run = load(first_run_);
    const Vector below = choose(turn.flat, all(gate_above_flat),
                                choose(turn.level, all(gate_above), all(gate_reach)));
    Range range{choose(turn.flat, all(-flat_slope), all(-no_slope)),
                choose(turn.flat, all(flat_slope), all(no_slope))};
    range.cut(_mm256_sub_pd(v, below), _mm256_load_pd(gate_), _mm256_sub_pd(u, all(gate_pixel / 2)),
              _mm256_add_pd(v, all(gate_reach)));
    const Vector flat_end = _mm256_mul_pd(all(flat_slope), _mm256_sub_pd(u, all(stop_inset)));
    const Vector steep = but_not(turn.flat, _mm256_cmp_pd(size(v), flat_end, _CMP_LE_OQ));
    const Vector far = _mm256_cmp_pd(size(u), all(worth_flat), _CMP_GE_OQ);
    keep(below_, turn.over, below);
    keep(u_, turn.over, u);
    keep(v_, turn.over, v);
    keep(run_, turn.over, _mm256_add_epi64(run, one));
    keep(low_, turn.over, range.low);
    keep(high_, turn.over, range.high);
    keep(best_, turn.over, choose(steep, none, _mm256_add_epi64(_mm256_add_epi64(run, run), one)));
    keep(kept_, turn.over, choose(turn.flat, turn.best, none));
    keep(worth_flat_, turn.over, _mm256_castpd_si256(both(turn.on, both(turn.level, far))));
  }

  // Without a branch: what is not kept is written over.
  void write(Whole code, int which) {
    store(code_, code);
    for (int lane = 0; lane < lanes; lane++) {
      *out_[lane] = code_[lane];
      out_[lane] += which >> lane & 1;
    }
  }

  static void keep(double* values, Vector where, Vector a) {
    _mm256_store_pd(values, choose(where, a, _mm256_load_pd(values)));
  }
  static void keep(std::int64_t* values, Vector where, Whole a) {
    store(values, choose(where, a, load(values)));
  }

  static constexpr double no_slope = 1e300;  // steeper than any

  const double* corners_;
  Queue& queue_;
  int active_ = 0;
  Walk* walks_[lanes] = {};
  std::int64_t* out_[lanes] = {};
  std::int64_t nowhere_ = 0;
  // of the search
  alignas(32) double u_[lanes] = {}, v_[lanes] = {}, low_[lanes] = {}, high_[lanes] = {};
  alignas(32) double below_[lanes] = {}, before_[lanes] = {}, behind_[lanes] = {};
  alignas(32) double sign_[lanes] = {}, origin_u_[lanes] = {}, origin_v_[lanes] = {};
  alignas(32) std::int64_t run_[lanes] = {}, best_[lanes] = {}, axis_[lanes] = {};
  // to begin it once more
  alignas(32) double first_u_[lanes] = {}, first_v_[lanes] = {}, gate_[lanes] = {};
  alignas(32) std::int64_t first_run_[lanes] = {};
  alignas(32) std::int64_t kept_[lanes] = {};        // what the search before a flat one found
  alignas(32) std::int64_t worth_flat_[lanes] = {};  // all bits, where one is to follow
  // of the walk
  alignas(32) std::int64_t end_run_[lanes] = {}, limit_[lanes] = {}, even_axis_[lanes] = {};
  alignas(32) std::int64_t code_[lanes] = {};    // the last stop that was found
  alignas(32) std::int64_t stride_[lanes] = {};  // 0: there is no walk left for the lane
};

}  // namespace

void walk_gates_avx2(const double* corners, Walk* walks, std::int64_t n) {
  // two groups in turn: one goes on while the other waits for its divisions
  Queue queue{walks, walks + n};
  Lanes first(corners, queue);
  Lanes second(corners, queue);
  bool more_of_second = true;
  while (first.step()) {
    if (more_of_second) more_of_second = second.step();
  }
  while (more_of_second) more_of_second = second.step();
}

}  // namespace me::kernels
