#include "ops/simplify/gates.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/dispatch.h"
#include "base/tuning.h"

namespace me::cpu {
namespace {

class Slopes {
 public:
  Slopes(const kernels::GateReach& reaching, bool flat) : reach_(reaching) {
    if (!flat) return;
    reach_.below_v = kernels::gate_above_flat;
    low_ = -kernels::flat_slope;
    high_ = kernels::flat_slope;
  }
  bool empty() const { return low_ > high_; }

  // Gates across u, with middles from (first, v) to (last, v), where first > 0.
  void cut_along(double first, double last, double v) {
    const double bottom = v - reach_.below_v;
    const double top = v + kernels::gate_reach;
    cut(bottom / (bottom > 0 ? first : last), top / (top > 0 ? last : first));
  }

  // Gates along u, with middles from (u, first) to (u, last), of which a part must be ahead.
  void cut_across(double u, double first, double last) {
    const double far = u + reach_.behind_u;
    const double near = std::max(u - reach_.before_u, kernels::least_distance);
    cut(last / (last > 0 ? far : near), first / (first > 0 ? near : far));
  }
  bool reach_ahead(double u) const { return u > -reach_.behind_u; }

  // Whether a stop is among them; `wide` is not negative when it is not too far along. Without
  // branches, which would go either way.
  bool have(double u, double v, double wide) const {
    return std::min(std::min(v - low_ * u, high_ * u - v), wide) >= 0;
  }

 private:
  void cut(double low, double high) {
    low_ = low > low_ ? low : low_;
    high_ = high < high_ ? high : high_;
  }

  kernels::GateReach reach_;
  double low_ = -INFINITY;
  double high_ = INFINITY;
};

// Walks of more runs than two such pieces are cut into pieces. They soon come by a common stop,
// after some twenty mostly, whatever they began with.
constexpr std::int64_t piece_runs = 1024;

// No place in a path.
constexpr std::int64_t none = -1;

// Bits that are 0 when the value is a whole number. Where the sum has no bits for fractions, adding
// rounds.
std::uint64_t fraction(double value) {
  constexpr double no_fractions = 0x1.8p52;
  const double whole = (value + no_fractions) - no_fractions;
  std::uint64_t bits[2];
  std::memcpy(&bits[0], &value, sizeof value);
  std::memcpy(&bits[1], &whole, sizeof whole);
  return bits[0] ^ bits[1];
}

// Writes eightieths of pixels; false when a coordinate is no whole number of pixels. The bits of a
// sum of -0 and 0 are those of 0.
bool scale(const double* in, std::int64_t n, double* out) {
  std::uint64_t unlike = 0;
  for (std::int64_t i = 0; i < n; i++) {
    const double value = in[i] + 0.0;
    unlike |= fraction(value);
    out[i] = kernels::gate_pixel * value;
  }
  return unlike == 0;
}

// Vertex i, of which the edge before it changed one coordinate, along `axis` if i is odd.
struct Turning {
  const double* xy;
  std::int64_t axis;

  double changed(std::int64_t i) const { return xy[2 * i + (axis ^ (~i & 1))] + 0.0; }
  double kept(std::int64_t i) const { return xy[2 * i + (axis ^ (i & 1))] + 0.0; }
};

// Writes what each vertex changed; false unless edges along x and along y take turns, none is of no
// length, and all coordinates are whole numbers: the usual outline.
template <int axis>
bool scale_turns(const Path& path, double* out) {
  const Turning at{path.xy, axis};
  const std::int64_t n = path.n;
  std::uint64_t unlike = fraction(at.kept(0));
  bool turns = at.changed(1) != at.kept(0) && at.kept(1) == at.changed(0);
  if (path.closed) turns &= at.kept(0) == at.changed(n - 1) && at.changed(0) != at.kept(n - 1);
  const auto take = [&](std::int64_t i) {
    const double value = at.changed(i);
    unlike |= fraction(value);
    out[i] = kernels::gate_pixel * value;
  };
  const auto check = [&](std::int64_t i) {
    turns &= (at.kept(i) == at.changed(i - 1)) & (at.changed(i) != at.kept(i - 1));
  };
  take(0);
  take(1);
  std::int64_t i = 2;
  for (; i + 1 < n; i += 2) {
    take(i);
    check(i);
    take(i + 1);
    check(i + 1);
  }
  if (i < n) {
    take(i);
    check(i);
  }
  return turns && unlike == 0;
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

// Appends the ends of a path whose edges take turns; false, and nothing appended, for others.
bool GateStabber::add_turns(const Path& path) {
  const std::int64_t n = path.n;
  if (n < 3 || (path.closed && n % 2 != 0)) return false;
  const std::int64_t axis = path.xy[1] == path.xy[3] ? 0 : 1;  // of the first edge
  const std::int64_t before = path.closed ? 0 : 1;  // an open path begins with a run of no length
  const std::int64_t size = all_ends_.size();
  double* const out = all_ends_.grow(kernels::ends_before + before + n + 2 - before);
  double* const ends = out + kernels::ends_before + before;
  if (!(axis == 0 ? scale_turns<0>(path, ends) : scale_turns<1>(path, ends))) {
    all_ends_.truncate(size);
    return false;
  }
  const double still = kernels::gate_pixel * (path.xy[axis] + 0.0);
  out[0] = 0;
  if (path.closed) {  // to the first stop of its first run
    out[1] = still;
    ends[n] = ends[0];
    ends[n + 1] = ends[1];
  } else {  // to its last corner
    out[1] = ends[0];
    out[2] = still;
    ends[n] = ends[n - 2];
  }
  first_axis_ = axis ^ before;
  ends_.clear();
  ends_.push_back(n);
  return true;
}

bool GateStabber::read(const Path& path) {
  const bool closed = path.closed;
  Buffer<double> vertices(2 * path.n);
  if (!scale(path.xy, 2 * path.n, vertices.data())) return false;
  const Path scaled{vertices.data(), path.n, closed};
  const std::int64_t start = closed ? first_turn(scaled) : 0;
  if (start == none) return false;
  corners_.clear();
  ends_.clear();
  // an open path begins with a run of no length
  for (int i = closed ? 1 : 0; i < 2; i++) corners_.append(scaled.xy + 2 * start, 2);
  for (std::int64_t i = start + 1; i < start + path.n; i++) {
    if (!add_vertex(scaled.xy + 2 * (i < path.n ? i : i - path.n))) return false;
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
  add_ends();
  return true;
}

void GateStabber::clear() {
  walk_ = select(&kernels::walk_gates_scalar, ME_X86(&kernels::walk_gates_avx2),
                 ME_X86(&kernels::walk_gates_avx512));
  paths_.clear();
  walks_.clear();
  begins_.clear();
  all_ends_.clear();
}

void GateStabber::trim() {
  const auto bytes = static_cast<std::int64_t>(sizeof(double)) *
                     (all_ends_.size() + corners_.size() + stops_.size());
  if (bytes > tuning::scratch_keep_bytes) *this = GateStabber();
}

void GateStabber::add(const Path& path) {
  const std::int64_t first = walks_.size();
  const std::int64_t base = all_ends_.size() + kernels::ends_before;  // its first run
  if (add_turns(path) || read(path)) {
    std::int64_t from = path.closed ? 0 : 1;
    for (const std::int64_t end : ends_) {
      add_walks(2 * base + from, base + end, first_axis_ ^ (base & 1));
      from = 2 * end + 1;
    }
  }
  paths_.push_back({path, first, walks_.size()});
}

// Appends the ends of the runs between the corners.
void GateStabber::add_ends() {
  const std::int64_t n = corners_.size() / 2;
  const double* corner = corners_.data();
  double* out = all_ends_.grow(kernels::ends_before + n);
  *out++ = 0;
  *out++ = corner[first_axis_];
  std::int64_t k = 0;
  for (; k + 1 < n; k += 2) {
    out[k] = corner[2 * k + 1 - first_axis_];
    out[k + 1] = corner[2 * k + 2 + first_axis_];
  }
  if (k < n) out[k] = corner[2 * k + 1 - first_axis_];
}

// One walk; or several, each from where the one before may come by, to be joined afterwards.
void GateStabber::add_walks(std::int64_t code, std::int64_t end, std::int64_t even_axis) {
  if (walk_ != &kernels::walk_gates_scalar) {
    for (; end - code / 2 > 2 * piece_runs; code = (code / 2 + piece_runs) * 2) {
      walks_.push_back({code, (code / 2 + piece_runs) * 2, end, even_axis, nullptr});
    }
  }
  walks_.push_back({code, 2 * end, end, even_axis, nullptr});
}

void GateStabber::run() {
  // no more than two stops on a run, and one more
  const auto room = [](const kernels::Walk& walk) { return walk.limit - walk.code + 3; };
  std::int64_t sum = 0;
  for (const kernels::Walk& walk : walks_) {
    begins_.push_back(sum);
    sum += room(walk);
  }
  begins_.push_back(sum);
  stops_.resize(sum);
  for (std::int64_t w = 0; w < walks_.size(); w++) walks_[w].out = stops_.data() + begins_[w];
  all_ends_.grow(kernels::ends_beyond);
  walk_(all_ends_.data(), walks_.data(), walks_.size());
}

// Writes the vertices of the walk that begins with piece w, whose other pieces follow: once it
// comes by a stop of the next piece, it goes on like that.
GateStabber::Joined GateStabber::join(std::int64_t w, double* out) const {
  const std::int64_t end = walks_[w].end;
  const kernels::Gates gates{all_ends_.data(), walks_[w].even_axis};
  const kernels::GateWalk<Slopes> through{gates};
  const auto write = [&](std::int64_t code) {
    const auto stop = through.stop(code);
    const std::int64_t axis = through.axis_of(stop.run);
    out[axis] = stop.u / kernels::gate_pixel;
    out[1 - axis] = stop.v / kernels::gate_pixel;
    out += 2;
    return stop;
  };
  const std::int64_t* found = stops_.data() + begins_[w];
  for (;;) {
    while (found != walks_[w].out) write(*found++);
    if (walks_[w].limit == 2 * end) return {w + 1, out};
    std::int64_t code = walks_[w].code;
    for (;;) {
      while (code >= walks_[w].limit && walks_[w].limit != 2 * end) {
        found = stops_.data() + begins_[++w];
      }
      while (found != walks_[w].out && *found < code) found++;
      if (found != walks_[w].out && *found == code) break;
      if (code != 2 * end) {
        const auto from = write(code);
        code = from.run != end ? through.next(from, end) : 2 * end;
        continue;
      }
      while (walks_[w].limit != 2 * end) w++;
      return {w + 1, out};
    }
  }
}

bool GateStabber::append(std::int64_t k, Buffer<double>& coords) const {
  const Entry& entry = paths_[k];
  const Path& path = entry.path;
  if (entry.first_walk == entry.end_walk) return false;
  const std::int64_t begin = coords.size();
  double* out = coords.grow(2 * (begins_[entry.end_walk] - begins_[entry.first_walk]));
  for (std::int64_t w = entry.first_walk; w < entry.end_walk;) {
    const Joined joined = join(w, out);
    w = joined.next_walk;
    out = joined.out;
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

namespace me::kernels {

void walk_gates_scalar(const double* ends, Walk* walks, std::int64_t n) {
  for (std::int64_t k = 0; k < n; k++) {
    const Gates gates{ends, walks[k].even_axis};
    GateWalk<cpu::Slopes>{gates}.walk(walks[k]);
  }
}

}  // namespace me::kernels
