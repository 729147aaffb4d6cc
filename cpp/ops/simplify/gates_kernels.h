// The walk through gates. One kernel per CPU level; all take the same steps with the same
// roundings.
#pragma once
#include <cstdint>

namespace me::kernels {

// Run i, a straight stretch, is from corner i to corner i + 1. Runs along x and y take turns: those
// of an even number are along even_axis (0: x). So corner i differs from the one before in one
// coordinate: ends[i]; the other one is ends[i - 1]. Lengths are in eightieths of a pixel.
struct Gates {
  const double* ends;
  std::int64_t even_axis;
};

inline constexpr double gate_pixel = 80;
inline constexpr double gate_fifth = gate_pixel / 5;

// Stops, where vertices may be: so far from the ends of a run.
inline constexpr double stop_inset = 2 * gate_fifth;

// A walk from stop `code` on, to the first stop of run `end`: its stops that come before `limit`,
// at most 2 * end, and not the first one of run `end`. The number of a stop: the first one of run i
// is 2 i, the last one 2 i + 1.
struct Walk {
  std::int64_t code;  // afterwards: where it goes on
  std::int64_t limit;
  std::int64_t end;
  std::int64_t even_axis;
  std::int64_t* out;  // where its stops are written, and one more; behind the last one afterwards
};

// Does n walks through runs with these ends, of which so many may be read before the first corner
// and beyond the last.
using WalkGates = void (*)(const double* ends, Walk* walks, std::int64_t n);
inline constexpr std::int64_t ends_before = 2;
inline constexpr std::int64_t ends_beyond = 4;

void walk_gates_scalar(const double* ends, Walk* walks, std::int64_t n);
void walk_gates_avx2(const double* ends, Walk* walks, std::int64_t n);
void walk_gates_avx512(const double* ends, Walk* walks, std::int64_t n);

// How far a gate reaches from its middle: half a pixel. COCO reads an edge of slope s by up to
// (1 - |s|) / 10 to |s| / 10 pixel off, or a fifth when steep, so that gates across columns end 2/5
// above, or 1/2 - |s| / 10. All are shortened by another 1/80 for the grid of the exact rule: more
// than the rounding of doubles takes, too.
inline constexpr double gate_reach = 39;
inline constexpr double gate_above = 31;
inline constexpr double gate_above_flat = 37;

// What counts as flat: a slope of so much or less. Without a straight stretch so long ahead there
// is hardly ever anything to win.
inline constexpr double flat_slope = 0.25;
inline constexpr double worth_flat = 2.5 * gate_pixel;

// By the axis u of the first run, and whether it goes down it: where gates end that are across it,
// and those along it, before and behind their middle.
struct GateReach {
  double below_v, before_u, behind_u;
};
inline constexpr GateReach gate_reaches[4] = {{gate_above, gate_reach, gate_reach},
                                              {gate_above, gate_reach, gate_reach},
                                              {gate_reach, gate_above, gate_reach},
                                              {gate_reach, gate_reach, gate_above}};

// An edge nearly along a gate passes its ends too closely: it must be at most so many times longer
// than it is wide, then the 2^-16 pixel of the exact rule's grid is less than what is left there.
inline constexpr double steepest_gate = 512;

// A look ahead ends where it took this many runs more than it won, so that time is linear.
inline constexpr std::int64_t gate_look_ahead = 32;

// In place of distances of 0 and less where they would divide.
inline constexpr double least_distance = 1e-300;

// Slopes are those v / u of the directions that pass all gates so far, where u goes along the first
// run and v across it: the first gate leaves only directions that go on along u. The type belongs
// to the including file alone, so that no instance is shared between CPU levels.
template <class Slopes>
struct GateWalk {
  static constexpr std::int64_t none = -1;

  const Gates& gates;

  std::int64_t axis_of(std::int64_t run) const { return gates.even_axis ^ (run & 1); }
  static double magnitude(double a) { return a < 0 ? -a : a; }
  static double smaller(double a, double b) { return b < a ? b : a; }
  static double larger(double a, double b) { return a < b ? b : a; }

  // From the end of a run towards its other end, `way` from there: to the stop. A run of no length
  // has one stop.
  static double inwards(double way) {
    const double most = way < stop_inset ? way : stop_inset;
    return most > -stop_inset ? most : -stop_inset;
  }

  // Where stop `code` is.
  struct Stop {
    std::int64_t run;  // the one it begins: its own, or when it is the last stop of that the next
    double u, v;       // along this run, and across it
    double gate;       // how far it is from the middle of the next gate
  };
  Stop stop(std::int64_t code) const {
    const std::int64_t last = code % 2;
    const std::int64_t run = code / 2 + last;
    const double* end = gates.ends + run;
    if (last != 0) return {run, end[-1], end[0] + inwards(end[-2] - end[0]), gate_pixel / 2};
    return {run, end[-1] + inwards(end[1] - end[-1]), end[0], gate_pixel / 2 - stop_inset};
  }

  // The last stop up to the first one of run `end` that can be reached in one straight edge; with
  // `flat` one that is, or none.
  template <bool flat>
  std::int64_t farthest(const Stop& from, std::int64_t end) const {
    const std::int64_t run = from.run;
    const std::int64_t axis = axis_of(run);
    const double sign = gates.ends[run + 1] < gates.ends[run - 1] ? -1.0 : 1.0;
    const auto u_of = [&](std::int64_t k) { return sign * (gates.ends[k] - from.u); };
    const auto v_of = [&](std::int64_t k) { return gates.ends[k] - from.v; };
    Slopes slopes(gate_reaches[2 * axis + (sign < 0 ? 1 : 0)], flat);
    std::int64_t best = none;
    const auto test = [&](double u, double v, std::int64_t code) {
      // not too far along; stops that are ahead are so by a fifth or more
      const double wide = smaller(magnitude(v) * steepest_gate - u, u - 1);
      best = slopes.have(u, v, wide) ? code : best;
    };
    double v = v_of(run);
    double u = u_of(run + 1);
    slopes.cut_along(from.gate, u - gate_pixel / 2, v);
    if (!flat || magnitude(v) <= flat_slope * (u - stop_inset)) best = 2 * run + 1;
    for (std::int64_t i = run + 1; !slopes.empty();) {
      const double next_v = v_of(i + 1);
      const double inset_v = inwards(next_v - v);
      test(u, v + inset_v, 2 * i);
      if (i == end) break;
      slopes.cut_across(u, smaller(v, next_v) + gate_pixel / 2, larger(v, next_v) - gate_pixel / 2);
      if (slopes.empty() | !slopes.reach_ahead(u)) break;
      test(u, next_v - inset_v, 2 * i + 1);
      v = next_v;
      i++;
      const double next_u = u_of(i + 1);
      const double inset_u = inwards(next_u - u);
      test(u + inset_u, v, 2 * i);
      if (i == end) break;
      const double first_u = smaller(u, next_u) + gate_pixel / 2;
      slopes.cut_along(first_u, larger(u, next_u) - gate_pixel / 2, v);
      if (slopes.empty() | (first_u <= 0)) break;
      test(next_u - inset_u, v, 2 * i + 1);
      u = next_u;
      i++;
      if (i - best / 2 > gate_look_ahead + (best / 2 - run)) break;
    }
    return best;
  }

  // The stop that a walk takes after `from`: the farther one of what any edge and what a flat edge
  // reaches, where that may be worth it.
  std::int64_t next(const Stop& from, std::int64_t end) const {
    const std::int64_t code = farthest<false>(from, end);
    const double along = gates.ends[from.run + 1] - from.u;
    if (axis_of(from.run) != 0 || magnitude(along) < worth_flat) return code;
    const std::int64_t flat = farthest<true>(from, end);
    return flat > code ? flat : code;
  }

  void walk(Walk& walk) const {
    while (walk.code < walk.limit) {
      *walk.out++ = walk.code;
      const Stop from = stop(walk.code);
      if (from.run == walk.end) break;
      walk.code = next(from, walk.end);
    }
  }
};

}  // namespace me::kernels
