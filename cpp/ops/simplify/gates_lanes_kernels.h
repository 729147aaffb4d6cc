// The walk through gates, several at a time.
#pragma once
#include <cstdint>

#include "ops/simplify/gates_kernels.h"

namespace me::kernels {

// GateWalk::walk of as many walks as Simd has lanes, two runs of each search a step. No branch
// depends on what is found: a lane whose search is over begins the next one by the same arithmetic.
//
// Simd is the vectors of one instruction set. Its type belongs to the including file alone, so that
// no instance is shared between CPU levels.
template <class Simd>
class GateLanes {
  using Vector = typename Simd::Vector;  // of doubles
  using Whole = typename Simd::Whole;    // of 64-bit numbers
  using Mask = typename Simd::Mask;
  static constexpr int lanes = Simd::lanes;

 public:
  // The walks that wait for a lane.
  struct Queue {
    Walk* next;
    Walk* end;
  };

  GateLanes(const double* ends, Queue& queue) : ends_(ends), queue_(queue) {
    for (int lane = 0; lane < lanes; lane++) {
      code_[lane] = idle_stop;
      take(lane);
    }
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
  static Vector all(double a) { return Vector::all(a); }
  static Whole all(std::int64_t a) { return Whole::all(a); }
  static Whole one() { return all(std::int64_t{1}); }
  static Whole two() { return all(std::int64_t{2}); }
  static Whole none() { return all(std::int64_t{-1}); }
  static Vector half() { return all(gate_pixel / 2); }
  static Vector load(const double* values) { return Vector::load(values); }
  static Whole load(const std::int64_t* values) { return Whole::load(values); }
  static Vector inwards(Vector way) { return max(min(way, all(stop_inset)), all(-stop_inset)); }

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
    run_[lane] = 0;
    best_[lane] = idle_stop;
    kept_[lane] = -1;
    worth_flat_[lane] = 0;
  }

  struct Range {
    Vector low, high;

    Mask empty() const { return low > high; }

    // By v / u at the ends of gates: at `far` where that makes less of v, else at `near`.
    void cut(Vector bottom, Vector near, Vector far, Vector top) {
      const Vector zero = all(0.0);
      const Vector least = bottom / choose(bottom > zero, near, far);
      const Vector most = top / choose(top > zero, far, near);
      low = max(least, low);
      high = min(most, high);
    }

    Mask have(Vector u, Vector v) const {
      const Mask between = both(v >= low * u, high * u >= v);
      return both(between, both(u >= all(1.0), size(v) * all(steepest_gate) >= u));
    }
  };

  // One step of GateWalk::farthest; returns the lanes that have a walk whose search is over.
  Mask search() {
    const Vector u = load(u_);
    const Vector v = load(v_);
    const Whole end = load(end_run_);
    Range range{load(low_), load(high_)};
    Whole run = load(run_);
    Whole best = load(best_);
    Mask over = range.empty();
    const auto take_if = [&](Mask found, Whole code) {
      best = choose(but_not(found, over), code, best);
    };

    // across: gates along u
    const Whole code = run + run;
    const auto next = Simd::pairs_at(ends_, run + one());
    const Vector next_v = next.first - load(origin_v_);
    const Vector inset_v = inwards(next_v - v);
    take_if(range.have(u, v + inset_v), code);
    const Vector behind = load(behind_);
    const Vector before = u - load(before_);
    range.cut(max(next_v, v) - half(), u + behind, max(before, all(least_distance)),
              min(next_v, v) + half());
    over = either(over, either(run == end, range.empty()));
    over = either(over, not_more(u, all(0.0) - behind));
    take_if(range.have(u, next_v - inset_v), code + one());

    // along: gates across u
    const Whole after = code + two();
    const Vector next_u = load(sign_) * (next.second - load(origin_u_));
    const Vector inset_u = inwards(next_u - u);
    take_if(range.have(u + inset_u, next_v), after);
    const Vector first_u = min(next_u, u) + half();
    range.cut(next_v - load(below_), first_u, max(next_u, u) - half(), next_v + all(gate_reach));
    over = either(over, either(run + one() == end, range.empty()));
    over = either(over, first_u <= all(0.0));
    take_if(range.have(next_u - inset_u, next_v), after + one());
    run = run + load(stride_);
    over = either(over, gives_up(run, best));

    next_u.store(u_);
    next_v.store(v_);
    range.low.store(low_);
    range.high.store(high_);
    run.store(run_);
    best.store(best_);
    return both(over, load(stride_) > all(std::int64_t{0}));
  }

  // run - best / 2 > gate_look_ahead + (best / 2 - first run), where -1 / 2 is 0.
  Mask gives_up(Whole run, Whole best) const {
    const Whole zero = all(std::int64_t{0});
    const Whole twice_won = choose(zero > best, zero, best);
    const Whole won = twice_won - (twice_won & one());
    return run + load(first_run_) - all(std::int64_t{gate_look_ahead}) > won;
  }

  // Lanes whose search is over, and the stop where each begins the next one.
  struct Turn {
    Mask over;
    Mask flat;   // those that search again from where they were, for a flat edge
    Whole best;  // what the search found
    Whole run, last;
  };

  // Writes the stops that were found. Returns the lanes whose walk ends.
  int begin_again(Mask over) {
    Turn turn;
    turn.over = over;
    turn.flat = both(over, all(std::int64_t{0}) > load(worth_flat_));
    turn.best = load(best_);
    const Mask on = but_not(over, turn.flat);
    const Whole kept = load(kept_);
    const Whole found = choose(turn.best > kept, turn.best, kept);
    const Whole code = choose(on, found, load(code_));
    const Mask goes_on = both(on, load(limit_) > code);
    write(code, bits(goes_on));
    turn.last = code & one();
    turn.run = halved(code) + turn.last;
    search_from(turn);
    return bits(but_not(on, but_not(goes_on, turn.run == load(end_run_))));
  }

  struct Fours {
    Vector first, second, third, fourth;
  };
  // The values from each place on.
  static Fours fours_at(const double* values, Whole place) {
    const auto low = Simd::pairs_at(values, place);
    const auto high = Simd::pairs_at(values + 2, place);
    return {low.first, low.second, high.first, high.second};
  }

  // Finds the stop and the axes of the search from there, and looks through the first gate.
  void search_from(const Turn& turn) {
    const Fours ends = fours_at(ends_, turn.run - two());
    const Mask last = turn.last == one();
    const Vector corner_u = ends.second;
    const Vector corner_v = ends.third;
    const Vector next = ends.fourth;
    const Vector inset = inwards(choose(last, ends.first - corner_v, next - corner_u));
    const Vector origin_u = choose(last, corner_u, corner_u + inset);
    const Vector origin_v = choose(last, corner_v + inset, corner_v);
    const Mask level = (load(even_axis_) ^ (turn.run & one())) == all(std::int64_t{0});
    const Mask down = corner_u > next;
    const Vector sign = choose(down, all(-1.0), all(1.0));
    const Vector upright = choose(level, all(gate_reach), all(gate_above));
    const Vector u = sign * (next - origin_u);
    const Vector v = corner_v - origin_v;
    const Vector gate = choose(last, half(), all(gate_pixel / 2 - stop_inset));
    const Vector below =
        choose(turn.flat, all(gate_above_flat), choose(level, all(gate_above), all(gate_reach)));
    Range range{choose(turn.flat, all(-flat_slope), all(-no_slope)),
                choose(turn.flat, all(flat_slope), all(no_slope))};
    range.cut(v - below, gate, u - half(), v + all(gate_reach));
    const Vector flat_end = all(flat_slope) * (u - all(stop_inset));
    const Mask steep = but_not(turn.flat, size(v) <= flat_end);
    const Mask worth = both(but_not(level, turn.flat), size(u) >= all(worth_flat));
    const auto keep = [&](auto* values, auto a) {
      choose(turn.over, a, load(values)).store(values);
    };
    keep(origin_u_, origin_u);
    keep(origin_v_, origin_v);
    keep(sign_, sign);
    keep(before_, choose(down, all(gate_reach), upright));
    keep(behind_, choose(down, upright, all(gate_reach)));
    keep(below_, below);
    keep(first_run_, turn.run);
    keep(u_, u);
    keep(v_, v);
    keep(run_, turn.run + one());
    keep(low_, range.low);
    keep(high_, range.high);
    keep(best_, choose(steep, none(), turn.run + turn.run + one()));
    keep(kept_, choose(turn.flat, turn.best, none()));
    keep(worth_flat_, choose(worth, none(), all(std::int64_t{0})));
  }

  // Without a branch: what is not kept is written over.
  void write(Whole code, int which) {
    code.store(code_);
    for (int lane = 0; lane < lanes; lane++) {
      *out_[lane] = code_[lane];
      out_[lane] += which >> lane & 1;
    }
  }

  static constexpr double no_slope = 1e300;                   // steeper than any
  static constexpr std::int64_t idle_stop = 2 * ends_before;  // of the first run that there is
  static constexpr int alignment = 8 * lanes;

  const double* ends_;
  Queue& queue_;
  int active_ = 0;
  Walk* walks_[lanes] = {};
  std::int64_t* out_[lanes] = {};
  std::int64_t nowhere_ = 0;
  // of the search
  alignas(alignment) double u_[lanes] = {}, v_[lanes] = {}, low_[lanes] = {}, high_[lanes] = {};
  alignas(alignment) double below_[lanes] = {}, before_[lanes] = {}, behind_[lanes] = {};
  alignas(alignment) double sign_[lanes] = {}, origin_u_[lanes] = {}, origin_v_[lanes] = {};
  alignas(alignment) std::int64_t run_[lanes] = {}, best_[lanes] = {};
  alignas(alignment) std::int64_t first_run_[lanes] = {};
  alignas(alignment) std::int64_t kept_[lanes] = {};  // what the search before a flat one found
  alignas(alignment) std::int64_t worth_flat_[lanes] = {};  // -1 where a flat one is to follow
  // of the walk
  alignas(alignment) std::int64_t end_run_[lanes] = {}, limit_[lanes] = {}, even_axis_[lanes] = {};
  alignas(alignment) std::int64_t code_[lanes] = {};    // the stop where the search began
  alignas(alignment) std::int64_t stride_[lanes] = {};  // 0: there is no walk left for the lane
};

// All walks. Two groups in turn: one goes on while the other waits for its divisions.
template <class Simd>
void walk_in_lanes(const double* ends, Walk* walks, std::int64_t n) {
  typename GateLanes<Simd>::Queue queue{walks, walks + n};
  GateLanes<Simd> first(ends, queue);
  GateLanes<Simd> second(ends, queue);
  bool more_of_second = true;
  while (first.step()) {
    if (more_of_second) more_of_second = second.step();
  }
  while (more_of_second) more_of_second = second.step();
}

}  // namespace me::kernels
