#include "ops/simplify/gates.h"

#include <algorithm>
#include <cmath>
#include <cstring>

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

// What counts as flat: a slope of so much or less. Without a straight stretch so long ahead there
// is hardly ever anything to win.
constexpr double flat_slope = 0.25;
constexpr double worth_flat = 2.5 * pixel;

// By the axis u of the first run, and whether it goes down it: where gates end that are across it,
// and those along it, before and behind their middle.
struct Reach {
  double below_v, before_u, behind_u;
};
constexpr Reach reaches[4] = {
    {above, reach, reach}, {above, reach, reach}, {reach, above, reach}, {reach, reach, above}};

// An edge nearly along a gate passes its ends too closely: it must be at most so many times longer
// than it is wide, then the 2^-16 pixel of the exact rule's grid is less than what is left there.
constexpr double steepest = 512;

// A look ahead ends where it took this many runs more than it won, so that time is linear.
constexpr std::int64_t look_ahead = 32;

// In place of distances of 0 and less where they would divide.
constexpr double least = 1e-300;

// The number of a stop: the first one of run i is 2 i, the last one 2 i + 1.
constexpr std::int64_t none = -1;

// The slopes v / u of the directions that pass all gates so far, where u goes along the first run
// and v across it: the first gate leaves only directions that go on along u.
class Slopes {
 public:
  Slopes(const Reach& reaching, bool flat) : reach_(reaching) {
    if (!flat) return;
    reach_.below_v = above_flat;
    low_ = -flat_slope;
    high_ = flat_slope;
  }
  bool empty() const { return low_ > high_; }

  // Gates across u, with middles from (first, v) to (last, v), where first > 0.
  void cut_along(double first, double last, double v) {
    const double bottom = v - reach_.below_v;
    const double top = v + reach;
    cut(bottom / (bottom > 0 ? first : last), top / (top > 0 ? last : first));
  }

  // Gates along u, with middles from (u, first) to (u, last), of which a part must be ahead.
  void cut_across(double u, double first, double last) {
    const double far = u + reach_.behind_u;
    const double near = std::max(u - reach_.before_u, least);
    cut(last / (last > 0 ? far : near), first / (first > 0 ? near : far));
  }
  bool reach_ahead(double u) const { return u > -reach_.behind_u; }

  // Whether a stop is among them, not too far along. Without branches, which would go either way;
  // stops that are ahead are so by a fifth or more.
  bool have(double u, double v) const {
    const double in = std::min(v - low_ * u, high_ * u - v);
    const double wide = std::min(std::abs(v) * steepest - u, u - 1);
    return std::min(in, wide) >= 0;
  }

 private:
  void cut(double low, double high) {
    low_ = low > low_ ? low : low_;
    high_ = high < high_ ? high : high_;
  }

  Reach reach_;
  double low_ = -INFINITY;
  double high_ = INFINITY;
};

// From the end of a run towards its other end, `way` from there: to the stop. A run of no length
// has one stop.
double inwards(double way) { return std::copysign(std::min(std::abs(way), inset), way); }

// Writes eightieths of pixels; false when a coordinate is no whole number of pixels. Where the sum
// has no bits for fractions, adding rounds; the bits of a sum of -0 and 0 are those of 0.
bool scale(const double* in, std::int64_t n, double* out) {
  constexpr double no_fractions = 0x1.8p52;
  std::uint64_t unlike = 0;
  for (std::int64_t i = 0; i < n; i++) {
    const double value = in[i] + 0.0;
    const double whole = (value + no_fractions) - no_fractions;
    std::uint64_t bits[2];
    std::memcpy(&bits[0], &value, sizeof value);
    std::memcpy(&bits[1], &whole, sizeof whole);
    unlike |= bits[0] ^ bits[1];
    out[i] = pixel * value;
  }
  return unlike == 0;
}

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

// Whether edges along x and along y take turns and none is of no length: the usual outline.
bool takes_turns(const Path& path) {
  const std::int64_t n = path.n;
  const double* xy = path.xy;
  if (n < 3 || (path.closed && n % 2 != 0)) return false;
  const int along = xy[1] == xy[3] ? 0 : 1;
  const double* still = xy + 1 - along;
  const double* moving = xy + along;
  bool all = true;
  for (std::int64_t i = 0; i + 2 < n; i += 2) {
    all &= (still[2 * i] == still[2 * i + 2]) & (moving[2 * i] != moving[2 * i + 2]) &
           (moving[2 * i + 2] == moving[2 * i + 4]) & (still[2 * i + 2] != still[2 * i + 4]);
  }
  const double* a = xy + 2 * (n - 2);
  const double* b = xy + 2 * (n - 1);
  if (n % 2 == 0) all &= a[1 - along] == b[1 - along] && a[along] != b[along];
  if (path.closed) all &= b[along] == xy[along] && b[1 - along] != xy[1 - along];
  return all;
}

}  // namespace

// Goes on to the next vertex; false when that is not along one axis.
bool GateStabber::add_vertex(const double* xy) {
  const std::int64_t n = corners_.size();
  const double last[2] = {corners_[n - 2], corners_[n - 1]};
  const double step[2] = {xy[0] - last[0], xy[1] - last[1]};
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
  corners_.append(xy, 2);
  return true;
}

bool GateStabber::read(const Path& path) {
  const bool closed = path.closed;
  const std::int64_t before = closed ? 0 : 1;  // an open path begins with a run of no length
  corners_.resize(2 * (path.n + before));
  ends_.clear();
  if (!scale(path.xy, 2 * path.n, corners_.data() + 2 * before)) return false;
  const double* all = corners_.data() + 2 * before;
  std::int64_t start = 0;
  if (takes_turns({all, path.n, closed})) {
    if (!closed) std::copy_n(all, 2, corners_.data());
  } else {
    Buffer<double> vertices;
    vertices.append(all, 2 * path.n);
    const Path scaled{vertices.data(), path.n, closed};
    start = closed ? first_turn(scaled) : 0;
    if (start == none) return false;
    corners_.truncate(0);
    for (std::int64_t i = 0; i <= before; i++) corners_.append(scaled.xy + 2 * start, 2);
    for (std::int64_t i = start + 1; i < start + path.n; i++) {
      if (!add_vertex(scaled.xy + 2 * (i < path.n ? i : i - path.n))) return false;
    }
  }
  const double first[2] = {corners_[0], corners_[1]};
  if (closed && !add_vertex(first)) return false;
  const std::int64_t n = corners_.size() / 2;
  if (n < 3) return false;
  const double* c = corners_.data();
  first_axis_ = closed ? (c[0] == c[2] ? 1 : 0) : (c[2] == c[4] ? 0 : 1);
  // a closed path ends at the first stop of its first run, an open one at its last corner
  const std::int64_t next = closed ? 1 : n - 1;
  const double end[2] = {c[2 * next], c[2 * next + 1]};
  ends_.push_back(n - 1);
  corners_.append(end, 2);
  return true;
}

// The last stop up to the first one of run `end` that can be reached in one straight edge; with
// `flat` one that is, or none.
template <bool flat>
std::int64_t GateStabber::farthest(double x, double y, std::int64_t run, double gate,
                                   std::int64_t end) const {
  const int axis = axis_of(run);
  const double* along = corners_.data() + axis;
  const double* across = corners_.data() + 1 - axis;
  const double sign = std::copysign(1.0, along[2 * run + 2] - along[2 * run]);
  const double origin_u = axis == 0 ? x : y;
  const double origin_v = axis == 0 ? y : x;
  const auto u_of = [&](std::int64_t k) { return sign * (along[2 * k] - origin_u); };
  const auto v_of = [&](std::int64_t k) { return across[2 * k] - origin_v; };
  Slopes slopes(reaches[2 * axis + (sign < 0 ? 1 : 0)], flat);
  std::int64_t best = none;
  const auto test = [&](double u, double v, std::int64_t code) {
    best = slopes.have(u, v) ? code : best;
  };
  double v = v_of(run);
  double u = u_of(run + 1);
  slopes.cut_along(gate, u - pixel / 2, v);
  if (!flat || std::abs(v) <= flat_slope * (u - inset)) best = 2 * run + 1;
  for (std::int64_t i = run + 1; !slopes.empty();) {
    const double next_v = v_of(i + 1);
    const double inset_v = inwards(next_v - v);
    test(u, v + inset_v, 2 * i);
    if (i == end) break;
    slopes.cut_across(u, std::min(v, next_v) + pixel / 2, std::max(v, next_v) - pixel / 2);
    if (slopes.empty() | !slopes.reach_ahead(u)) break;
    test(u, next_v - inset_v, 2 * i + 1);
    v = next_v;
    i++;
    const double next_u = u_of(i + 1);
    const double inset_u = inwards(next_u - u);
    test(u + inset_u, v, 2 * i);
    if (i == end) break;
    const double first_u = std::min(u, next_u) + pixel / 2;
    slopes.cut_along(first_u, std::max(u, next_u) - pixel / 2, v);
    if (slopes.empty() | (first_u <= 0)) break;
    test(next_u - inset_u, v, 2 * i + 1);
    u = next_u;
    i++;
    if (i - best / 2 > look_ahead + (best / 2 - run)) break;
  }
  return best;
}

// Writes the vertices of a walk from stop `code` to the first one of run `end`, without that;
// returns where it stopped writing.
double* GateStabber::walk(std::int64_t code, std::int64_t end, double* out) const {
  while (code != 2 * end) {
    const std::int64_t last = code % 2;
    const std::int64_t run = code / 2 + last;
    const double* at = corners_.data() + 2 * run;
    const double* into = at + 2 - 4 * last;  // the other end of the stop's run
    const double x = at[0] + inwards(into[0] - at[0]);
    const double y = at[1] + inwards(into[1] - at[1]);
    *out++ = x / pixel;
    *out++ = y / pixel;
    if (run == end) break;
    const double gate = last != 0 ? pixel / 2 : pixel / 2 - inset;
    code = farthest<false>(x, y, run, gate, end);
    if (axis_of(run) == 0 && std::abs(at[2] - x) >= worth_flat) {
      code = std::max(code, farthest<true>(x, y, run, gate, end));
    }
  }
  return out;
}

bool GateStabber::simplify(const Path& path, Buffer<double>& coords) {
  if (!read(path)) return false;
  const std::int64_t begin = coords.size();
  double* out = coords.grow(2 * corners_.size());  // no more than two stops on a run
  std::int64_t from = path.closed ? 0 : 1;
  for (const std::int64_t end : ends_) {
    out = walk(from, end, out);
    from = 2 * end + 1;
  }
  coords.truncate(out - coords.data());
  if (!path.closed) coords.append(path.xy + 2 * (path.n - 1), 2);
  const std::int64_t n = (coords.size() - begin) / 2;
  if (n >= path.n || (path.closed && n < 3)) {
    coords.truncate(begin);
    coords.append(path.xy, 2 * path.n);
  }
  return true;
}

}  // namespace me::cpu
