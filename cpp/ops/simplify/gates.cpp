#include "ops/simplify/gates.h"

#include <algorithm>
#include <cmath>

#include "geometry/fixed_point.h"

namespace me::cpu {
namespace {

constexpr double pixel = 80;
constexpr double fifth = pixel / 5;

// Stops, where vertices may be: so far from the ends of a run.
constexpr double inset = 2 * fifth;

// How far a gate reaches from its middle: half a pixel. COCO reads an edge of slope s by up to
// (1 - |s|) / 10 to |s| / 10 pixel off, or a fifth when steep, so that gates across columns end 2/5
// above, or 1/2 - |s| / 10. All are shortened by another 1/80 for the grid of the exact rule: more
// than the rounding of doubles takes, too.
constexpr double reach = 39;
constexpr double above = 31;
constexpr double above_flat = 37;

// What counts as flat: a slope of so much or less.
constexpr double flat_slope = 0.25;

// An edge nearly along a gate passes its ends too closely: it must be at most so many times longer
// than it is wide, then the 2^-16 pixel of the exact rule's grid is less than what is left there.
constexpr double steepest = 512;

// A look ahead ends where it took this many runs more than it won, so that time is linear.
constexpr std::int64_t look_ahead = 32;

// In place of distances of 0 and less where they would divide.
constexpr double least = 1e-300;

// The number of a stop: the first one of run i is 2 i, the last one 2 i + 1.
constexpr std::int64_t none = -1;

// The first vertex at which a closed path turns from one axis to the other; -1 when none does.
std::int64_t first_turn(const Path& path) {
  const double* before = path.xy + 2 * (path.n - 1);
  for (std::int64_t i = 0; i < path.n; i++) {
    const double* at = path.xy + 2 * i;
    const std::int64_t next = i + 1 == path.n ? 0 : i + 1;
    const double* after = path.xy + 2 * next;
    const bool level = before[1] == at[1];
    if (level != (before[0] == at[0]) && level != (after[1] == at[1]) &&
        level == (after[0] == at[0])) {
      return i;
    }
    before = at;
  }
  return none;
}

}  // namespace

// Goes on to the next vertex; false when that is not along one axis.
bool GateStabber::add_vertex(double x, double y) {
  const std::int64_t n = corners_.size();
  const double last[2] = {corners_[n - 2], corners_[n - 1]};
  const double step[2] = {x - last[0], y - last[1]};
  if (step[0] != 0 && step[1] != 0) return false;
  if (step[0] == 0 && step[1] == 0) return true;
  const int along = step[0] != 0 ? 0 : 1;
  const double before = n >= 4 ? last[along] - corners_[n - 4 + along] : 0;
  if (before * step[along] > 0) {
    corners_.truncate(n - 2);
  } else if (before * step[along] < 0) {
    ends_.push_back(n / 2 - 1);
    corners_.append(last, 2);
  }
  corners_.push_back(x);
  corners_.push_back(y);
  return true;
}

bool GateStabber::read(const Path& path) {
  bool whole = true;
  for (std::int64_t i = 0; i < 2 * path.n; i++) {
    whole &= static_cast<double>(static_cast<std::int32_t>(path.xy[i])) == path.xy[i];
  }
  if (!whole) return false;
  const std::int64_t start = path.closed ? first_turn(path) : 0;
  if (start == none) return false;
  corners_.clear();
  ends_.clear();
  const std::int64_t steps = path.closed ? path.n : path.n - 1;
  for (std::int64_t i = 0; i <= steps; i++) {
    const double* at = path.xy + 2 * (start + i < path.n ? start + i : start + i - path.n);
    const double corner[2] = {pixel * at[0], pixel * at[1]};
    if (i == 0) {
      corners_.append(corner, 2);
    } else if (!add_vertex(corner[0], corner[1])) {
      return false;
    }
  }
  const std::int64_t n = corners_.size();
  if (n < 4) return false;
  // a closed path ends at the first stop of its first run, an open one at its last corner
  const double* from = corners_.data() + (path.closed ? 2 : n - 2);
  const double end[2] = {from[0], from[1]};
  ends_.push_back(n / 2 - 1);
  corners_.append(end, 2);
  return true;
}

GateStabber::Anchor GateStabber::stop(std::int64_t code) const {
  const double* a = corners_.data() + code / 2 * 2;
  const double* b = a + 2;
  const bool last = code % 2 != 0;
  const double* corner = last ? b : a;
  const auto inwards = [&](int k) {
    const double way = last ? a[k] - b[k] : b[k] - a[k];
    return corner[k] + (way > 0 ? inset : way < 0 ? -inset : 0);
  };
  return {{inwards(0), inwards(1)}, code / 2 + (last ? 1 : 0), last ? pixel / 2 : pixel / 2 - inset};
}

// The last stop up to the first one of run `end` that can be reached in one straight edge; with
// `flat` one that is, or none.
//
// Directions are slopes v / u, where u goes along the first run and v across it: the first gate
// leaves only directions that go on along u.
template <bool flat>
std::int64_t GateStabber::farthest(const Anchor& from, std::int64_t end) const {
  const double* c = corners_.data();
  std::int64_t i = from.run;
  if (i == end) return 2 * end;
  const int axis = c[2 * i] == c[2 * i + 2] ? 1 : 0;
  const double sign = c[2 * i + 2 + axis] > c[2 * i + axis] ? 1.0 : -1.0;
  const double origin_u = from.at[axis];
  const double origin_v = from.at[1 - axis];
  const auto u_of = [&](std::int64_t k) { return sign * (c[2 * k + axis] - origin_u); };
  const auto v_of = [&](std::int64_t k) { return c[2 * k + 1 - axis] - origin_v; };
  const double below_v = axis == 0 ? (flat ? above_flat : above) : reach;
  const double before_u = axis == 1 && sign > 0 ? above : reach;
  const double behind_u = axis == 1 && sign < 0 ? above : reach;
  double low = flat ? -flat_slope : -INFINITY;
  double high = flat ? flat_slope : INFINITY;
  const auto cut = [&](double new_low, double new_high) {
    low = new_low > low ? new_low : low;
    high = new_high < high ? new_high : high;
  };
  // gates across u, with middles from (first, v) to (last, v)
  const auto cut_along = [&](double first, double last, double v) {
    const double bottom = v - below_v;
    const double top = v + reach;
    cut(bottom / (bottom > 0 ? first : last), top / (top > 0 ? last : first));
  };
  double v = v_of(i);
  double u = u_of(i + 1);
  cut_along(from.gate, u - pixel / 2, v);
  if (low > high) return none;
  std::int64_t best = none;
  const auto test = [&](double at_u, double at_v, std::int64_t code) {
    const bool in = (at_v >= low * at_u) & (at_v <= high * at_u) & (at_u > 0);
    const bool wide = std::abs(at_v) * steepest >= at_u;
    best = in & wide ? code : best;
  };
  const auto inwards = [](double way) { return way > 0 ? inset : -inset; };
  if (!flat || std::abs(v) <= flat_slope * (u - inset)) best = 2 * i + 1;
  for (i++;;) {
    const double next_v = v_of(i + 1);
    if (i == end) {
      test(u, v + (next_v == v ? 0 : inwards(next_v - v)), 2 * i);
      break;
    }
    const double step_v = inwards(next_v - v);
    test(u, v + step_v, 2 * i);
    const double least_v = std::min(v, next_v) + pixel / 2;
    const double most_v = std::max(v, next_v) - pixel / 2;
    const double far_u = u + behind_u;
    const double near_u = std::max(u - before_u, least);
    if (far_u <= 0) break;
    cut(most_v / (most_v > 0 ? far_u : near_u), least_v / (least_v > 0 ? near_u : far_u));
    if (low > high) break;
    test(u, next_v - step_v, 2 * i + 1);
    v = next_v;
    i++;
    const double next_u = u_of(i + 1);
    if (i == end) {
      test(u + (next_u == u ? 0 : inwards(next_u - u)), v, 2 * i);
      break;
    }
    const double step_u = inwards(next_u - u);
    test(u + step_u, v, 2 * i);
    const double first_u = std::min(u, next_u) + pixel / 2;
    const double last_u = std::max(u, next_u) - pixel / 2;
    if (first_u <= 0) break;
    cut_along(first_u, last_u, v);
    if (low > high) break;
    test(next_u - step_u, v, 2 * i + 1);
    u = next_u;
    i++;
    if (i - best / 2 > look_ahead + (best / 2 - from.run)) break;
  }
  return best;
}

// Appends what a walk from an anchor to the first stop of run `end` needs, without the end.
void GateStabber::walk(Anchor from, std::int64_t end, Buffer<double>& coords) const {
  for (;;) {
    coords.push_back(from.at[0] / fifth / 5.0);
    coords.push_back(from.at[1] / fifth / 5.0);
    std::int64_t next = farthest<false>(from, end);
    const double* corner = corners_.data() + 2 * from.run;
    if (corner[1] == corner[3] && from.run < end) next = std::max(next, farthest<true>(from, end));
    if (next == 2 * end) return;
    from = stop(next);
  }
}

bool GateStabber::simplify(const Path& path, Buffer<double>& coords) {
  if (!read(path)) return false;
  const std::int64_t begin = coords.size();
  Anchor at = stop(0);
  if (!path.closed) at = {{corners_[0], corners_[1]}, 0, pixel / 2};
  for (const std::int64_t end : ends_) {
    walk(at, end, coords);
    at = {{corners_[2 * end], corners_[2 * end + 1]}, end + 1, pixel / 2};
  }
  if (!path.closed) coords.append(path.xy + 2 * (path.n - 1), 2);
  const std::int64_t n = (coords.size() - begin) / 2;
  if (n >= path.n || (path.closed && n < 3)) {
    coords.truncate(begin);
    coords.append(path.xy, 2 * path.n);
  }
  return true;
}

}  // namespace me::cpu
