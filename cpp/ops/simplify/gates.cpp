#include "ops/simplify/gates.h"

#include <algorithm>
#include <cmath>

#include "geometry/fixed_point.h"
#include "ops/simplify/wedge.h"

namespace me::cpu {
namespace {

constexpr std::int64_t pixel = 80;
constexpr std::int64_t fifth = pixel / 5;

// How far a gate reaches from its middle: half a pixel. COCO reads an edge of slope s by up to
// (1 - |s|) / 10 to |s| / 10 pixel off, or a fifth when steep, so that gates across columns end 2/5
// above, or 1/2 - |s| / 10. All are shortened by another 1/80 for the grid of the exact rule.
constexpr std::int64_t reach = 39;
constexpr std::int64_t above = 31;
constexpr std::int64_t above_flat = 37;

// What counts as flat: so many columns or more per row.
constexpr std::int64_t flat_slope = 4;

// Edges longer than this (13 million pixels) would leave 64 bits.
constexpr std::int64_t longest = std::int64_t{1} << 30;

// An edge nearly along a gate passes its ends too closely: it must be at most so many times longer
// than it is wide, then the 2^-16 pixel of the exact rule's grid is less than what is left there.
constexpr std::int64_t steepest = 512;

// A look ahead ends where it took this many events more than it won, so that time is linear.
constexpr std::int64_t look_ahead = 64;

std::int64_t length(std::int64_t dx, std::int64_t dy) {
  return std::max(std::abs(dx), std::abs(dy));
}

}  // namespace

// Appends an edge along the grid to the runs; false when it runs across.
bool GateStabber::add_edge(std::int64_t x, std::int64_t y, std::int64_t to_x, std::int64_t to_y) {
  const std::int64_t n = length(to_x - x, to_y - y);
  if (n == 0) return true;
  if (x != to_x && y != to_y) return false;
  const auto dx = static_cast<std::int32_t>((to_x - x) / n);
  const auto dy = static_cast<std::int32_t>((to_y - y) / n);
  if (!runs_.empty() && runs_.back().dx == dx && runs_.back().dy == dy) {
    runs_.back().n += n;
  } else {
    runs_.push_back({x, y, dx, dy, n});
  }
  return true;
}

bool GateStabber::read(const Path& path) {
  runs_.clear();
  const auto whole = [](double value) {
    return std::abs(value) <= grid_limit && value == std::trunc(value);
  };
  for (std::int64_t i = 0; i < 2 * path.n; i++) {
    if (!whole(path.xy[i])) return false;
  }
  const auto at = [&](std::int64_t i) { return static_cast<std::int64_t>(path.xy[i]); };
  const std::int64_t edges = path.closed ? path.n : path.n - 1;
  for (std::int64_t i = 0; i < edges; i++) {
    const std::int64_t next = i + 1 == path.n ? 0 : i + 1;
    if (!add_edge(at(2 * i), at(2 * i + 1), at(2 * next), at(2 * next + 1))) return false;
  }
  if (path.closed && runs_.size() > 1) {  // the first vertex may lie inside of a straight stretch
    const Run last = runs_.back();
    if (last.dx == runs_[0].dx && last.dy == runs_[0].dy) {
      runs_[0] = {last.x, last.y, last.dx, last.dy, last.n + runs_[0].n};
      runs_.truncate(runs_.size() - 1);
    }
  }
  return true;
}

void GateStabber::stop(const Run& run, std::int64_t fifths) {
  events_.push_back({Kind::stop, run.x * pixel + run.dx * fifths * fifth,
                     run.y * pixel + run.dy * fifths * fifth, 0, 0});
}

// The gate of the run's k-th pixel edge.
void GateStabber::gate(const Run& run, std::int64_t k) {
  const std::int64_t x = run.x * pixel + run.dx * (k * pixel + pixel / 2);
  const std::int64_t y = run.y * pixel + run.dy * (k * pixel + pixel / 2);
  if (run.dx != 0) {
    events_.push_back({Kind::column_gate, x, y - above, x, y + reach});
  } else {
    events_.push_back({Kind::row_gate, x - reach, y, x + reach, y});
  }
}

// Vertices near the ends and the middle. Of the gates of a straight stretch those next to a vertex
// are enough: what passes two of them passes all between.
void GateStabber::add_events(const Run& run) {
  stop(run, 2);
  gate(run, 0);
  if (run.n == 1) return;
  const std::int64_t middle = 5 * run.n / 2;
  const std::int64_t before = (middle - 3) / 5;  // gates at fifths 2.5, 7.5 ...
  if (before > 0) gate(run, before);
  stop(run, middle);
  if (before + 1 < run.n - 1) gate(run, before + 1);
  gate(run, run.n - 1);
  stop(run, 5 * run.n - 2);
}

// The last stop in (from, end] that can be reached in one straight edge; with `flat` one that is.
std::int64_t GateStabber::farthest(std::int64_t from, std::int64_t end, bool flat) const {
  const Event& anchor = events_[from];
  Wedge<std::int64_t> wedge;
  if (flat) {
    const std::int64_t ahead = events_[from + 1].x > anchor.x ? flat_slope : -flat_slope;
    wedge.cut({ahead, ahead > 0 ? -1 : 1}, {ahead, ahead > 0 ? 1 : -1});
  }
  const std::int64_t raised = flat ? above_flat - above : 0;
  bool columns = false;
  bool rows = false;
  bool lost = false;  // a gate is too far away to be looked through
  std::int64_t best = from;
  for (std::int64_t i = from + 1; i <= end; i++) {
    const Event& event = events_[i];
    const std::int64_t more = event.kind == Kind::column_gate ? raised : 0;
    const Direction<std::int64_t> to{event.x - anchor.x, event.y - more - anchor.y};
    if (best != from &&
        (lost || length(to.x, to.y) > longest || i - best > look_ahead + (best - from))) {
      break;
    }
    if (event.kind == Kind::stop) {
      const std::int64_t most = length(to.x, to.y);
      const bool wide = (!columns || std::abs(to.x) * steepest >= most) &&
                        (!rows || std::abs(to.y) * steepest >= most);
      // the next stop along the outline can always be reached
      if (best == from || (wide && wedge.has(to))) best = i;
      if (most > longest) break;
      continue;
    }
    (event.kind == Kind::column_gate ? columns : rows) = true;
    if (length(to.x, to.y) > longest) {
      lost = true;
      continue;
    }
    const Direction<std::int64_t> side{event.to_x - anchor.x, event.to_y - anchor.y};
    if (!(cross(to, side) > 0 ? wedge.cut(to, side) : wedge.cut(side, to))) break;
  }
  return best;
}

bool GateStabber::simplify(const Path& path, Buffer<double>& coords) {
  if (!read(path) || runs_.empty()) return false;
  events_.clear();
  std::int64_t first = 0;
  if (path.closed) {  // around from the middle of the first run
    for (const Run& run : runs_) add_events(run);
    const std::int64_t around = events_.size();
    while (first == 0 || events_[first].kind != Kind::stop) first++;
    if (runs_[0].n == 1) first = 0;
    add_events(runs_[0]);
    events_.truncate(around + first + 1);
  } else {
    stop(runs_[0], 0);
    for (const Run& run : runs_) add_events(run);
    stop(runs_.back(), 5 * runs_.back().n);
  }
  const std::int64_t end = events_.size() - 1;
  const std::int64_t begin = coords.size();
  for (std::int64_t at = first; at < end;) {
    coords.push_back(static_cast<double>(events_[at].x / fifth) / 5.0);
    coords.push_back(static_cast<double>(events_[at].y / fifth) / 5.0);
    const std::int64_t next = farthest(at, end, false);
    const bool along_columns = events_[at + 1].kind == Kind::column_gate;
    at = along_columns ? std::max(next, farthest(at, end, true)) : next;
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
