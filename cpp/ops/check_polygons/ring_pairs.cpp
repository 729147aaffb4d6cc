#include "ops/check_polygons/ring_pairs.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/interrupt.h"
#include "base/sort_polling.h"
#include "ops/check_polygons/edges_meet.h"

namespace me::cpu {
namespace {

constexpr std::int64_t none = -1;

// Touches that are remembered: 160 MiB. Thousands of rings that all touch at one point touch in
// millions of pairs.
constexpr std::int64_t most_touches = std::int64_t{1} << 22;

std::int64_t root_of(std::vector<std::int64_t>& parents, std::int64_t i) {
  while (parents[static_cast<std::size_t>(i)] != i) {
    std::int64_t& parent = parents[static_cast<std::size_t>(i)];
    parent = parents[static_cast<std::size_t>(parent)];
    i = parent;
  }
  return i;
}

}  // namespace

void RingPairs::read(const PolygonsView& polygons, std::int64_t item) {
  xy_.clear();
  starts_.clear();
  edges_.clear();
  rings_.clear();
  touches_.clear();
  found_.clear();
  const std::int64_t first = polygons.rings_before(item);
  for (std::int64_t p = polygons.item_offsets[item]; p < polygons.item_offsets[item + 1]; p++) {
    const std::int64_t exterior = polygons.polygon_offsets[p];
    for (std::int64_t r = exterior; r < polygons.polygon_offsets[p + 1]; r++) {
      const Ring ring = polygons.ring(r);
      const std::int64_t begin = edges_.size();
      poll(20.0 * static_cast<double>(ring.n));
      for (std::int64_t i = 0; i < ring.n; i++) {
        const double* at = ring.xy + 2 * i;
        if (i > 0 && same_point(at - 2, at)) continue;
        starts_.push_back(xy_.size() / 2);
        edges_.push_back({r - first, i});
        xy_.append(at, 2);
      }
      std::int64_t n = edges_.size() - begin;
      if (n > 1 && same_point(from(begin), from(begin + n - 1))) {  // closed already
        n--;
        edges_.truncate(begin + n);
        starts_.truncate(begin + n);
      } else if (n > 0) {
        const double again[2] = {from(begin)[0], from(begin)[1]};
        xy_.append(again, 2);
      }
      rings_.push_back({p, begin, begin + n, r != exterior, false});
    }
  }
  touched_.resize(edges_.size());
  std::fill(touched_.begin(), touched_.end(), std::uint8_t{0});
}

void RingPairs::add(ConflictKind kind, std::int64_t ring, std::int64_t vertex, std::int64_t other,
                    std::int64_t other_vertex, const double* place) {
  found_.push_back(
      {{static_cast<std::int64_t>(kind), ring, vertex, other, other_vertex}, {place[0], place[1]}});
}

void RingPairs::meet_at(std::int64_t e, std::int64_t f) {
  if (edges_[e].ring == edges_[f].ring) return;
  if (e > f) std::swap(e, f);
  double place[2];
  switch (meeting(from(e), from(e) + 2, from(f), from(f) + 2, place)) {
    case Meeting::none:
      return;
    case Meeting::touch:
      return touch_at(e, f, place);
    case Meeting::cross:
      rings_[edges_[e].ring].crosses = rings_[edges_[f].ring].crosses = true;
      add(ConflictKind::crossing, edges_[e].ring, edges_[e].vertex, edges_[f].ring,
          edges_[f].vertex, place);
  }
}

// Two edges of which one ends on the other. At a vertex two edges of a ring do; the one that starts
// there is looked at.
void RingPairs::touch_at(std::int64_t e, std::int64_t f, const double* place) {
  if (same_point(place, from(e) + 2) || same_point(place, from(f) + 2)) return;
  const double* ways[2][2];
  for (int k = 0; k < 2; k++) {
    const std::int64_t edge = k == 0 ? e : f;
    const RingState& ring = rings_[edges_[edge].ring];
    const bool at_vertex = same_point(place, from(edge));
    touched_[edge] |= at_vertex ? 1 : 0;
    ways[k][0] = !at_vertex ? from(edge) : edge > ring.first ? from(edge - 1) : from(ring.end - 1);
    ways[k][1] = from(edge) + 2;
  }
  const std::int64_t rings[2] = {edges_[e].ring, edges_[f].ring};
  if (passes(ways[0][0], place, ways[0][1], ways[1][0], ways[1][1])) {
    rings_[rings[0]].crosses = rings_[rings[1]].crosses = true;
    add(ConflictKind::crossing, rings[0], edges_[e].vertex, rings[1], edges_[f].vertex, place);
  } else if (rings_[rings[0]].part == rings_[rings[1]].part) {  // parts may touch as they like
    for (const std::int64_t edge : {e, f}) {
      touches_.push_back(
          {rings_[rings[0]].part, place[0], place[1], edges_[edge].ring, edges_[edge].vertex});
    }
  }
}

// Rings that touch around a part of the interior cut it off: there is a cycle of rings and points.
void RingPairs::find_disconnected() {
  sort_polling(touches_.begin(), touches_.end(), [](const Touch& a, const Touch& b) {
    if (a.part != b.part) return a.part < b.part;
    if (a.x != b.x) return a.x < b.x;
    if (a.y != b.y) return a.y < b.y;
    return a.ring != b.ring ? a.ring < b.ring : a.vertex < b.vertex;
  });
  const std::int64_t rings = rings_.size();
  std::vector<std::int64_t> parents(static_cast<std::size_t>(rings + touches_.size()));
  std::iota(parents.begin(), parents.end(), std::int64_t{0});
  std::int64_t point = none;
  for (std::int64_t k = 0; k < touches_.size(); k++) {
    const Touch& here = touches_[k];
    const Touch* last = k > 0 ? &touches_[k - 1] : nullptr;
    const bool same =
        last != nullptr && last->part == here.part && last->x == here.x && last->y == here.y;
    if (!same) point = rings + k;
    if (same && last->ring == here.ring) continue;
    const std::int64_t a = root_of(parents, point);
    const std::int64_t b = root_of(parents, here.ring);
    const double place[2] = {here.x, here.y};
    if (a == b) add(ConflictKind::disconnected, here.ring, here.vertex, none, none, place);
    parents[static_cast<std::size_t>(a)] = b;
  }
}

// A vertex of the ring that is on no other, or the middle of an edge.
RingPairs::Query RingPairs::query_of(std::int64_t ring) const {
  const RingState& state = rings_[ring];
  for (std::int64_t e = state.first; e < state.end; e++) {
    if (touched_[e] == 0) return {from(e)[0], from(e)[1], ring, edges_[e].vertex};
  }
  const double* a = from(state.first);
  return {(a[0] + a[2]) / 2, (a[1] + a[3]) / 2, ring, edges_[state.first].vertex};
}

// What the rings around a point of a ring say; `n` of them are in around_, sorted.
void RingPairs::judge(const Query& query, std::int64_t n) {
  const RingState& state = rings_[query.ring];
  const double place[2] = {query.x, query.y};
  bool in_own = false;
  for (std::int64_t k = 0; k < n; k++) {
    const RingState& around = rings_[around_[k]];
    const bool own = around.part == state.part;
    in_own |= own && !around.hole;
    if (state.hole && own && around.hole) {
      add(ConflictKind::nested, query.ring, query.vertex, around_[k], none, place);
    }
    if (state.hole || own || around.hole) continue;
    // in the exterior of another part: then in one of its holes, which come next
    const bool in_hole = k + 1 < n && rings_[around_[k + 1]].part == around.part;
    if (!in_hole) add(ConflictKind::nested, query.ring, query.vertex, around_[k], none, place);
  }
  if (state.hole && !in_own) {
    std::int64_t exterior = query.ring;
    while (rings_[exterior].hole) exterior--;
    add(ConflictKind::outside, query.ring, query.vertex, exterior, none, place);
  }
}

// Which rings are around each: edges level with a point of it are counted to its left.
bool RingPairs::find_nested(std::int64_t work) {
  Buffer<Query> queries;
  for (std::int64_t r = 0; r < rings_.size(); r++) {
    const RingState& state = rings_[r];
    if (!state.crosses && state.end - state.first >= 3) queries.push_back(query_of(r));
  }
  sort_polling(queries.begin(), queries.end(), [](const Query& a, const Query& b) {
    return a.y != b.y ? a.y < b.y : a.ring < b.ring;
  });
  const auto top = [&](std::int64_t e) { return std::min(from(e)[1], from(e)[3]); };
  Buffer<std::int64_t> order;
  for (std::int64_t e = 0; e < edges_.size(); e++) {
    if (from(e)[1] != from(e)[3]) order.push_back(e);
  }
  sort_polling(order.begin(), order.end(),
               [&](std::int64_t a, std::int64_t b) { return top(a) < top(b); });
  Buffer<std::int64_t> level;
  std::int64_t next = 0;
  for (const Query& query : queries) {
    for (; next < order.size() && top(order[next]) <= query.y; next++) level.push_back(order[next]);
    work -= level.size() / 8;
    poll(20 + 3.0 * static_cast<double>(level.size()));
    if (work < 0) return false;
    const double p[2] = {query.x, query.y};
    around_.clear();
    std::int64_t kept = 0;
    for (const std::int64_t e : level) {
      const double* a = from(e);
      const double* b = a + 2;
      if (std::max(a[1], b[1]) <= query.y) continue;
      level[kept++] = e;
      if (edges_[e].ring == query.ring || std::min(a[0], b[0]) > query.x) continue;
      if (side(a, b, p) * (a[1] < b[1] ? 1 : -1) < 0) around_.push_back(edges_[e].ring);
    }
    level.truncate(kept);
    std::sort(around_.begin(), around_.end());
    std::int64_t n = 0;
    for (std::int64_t k = 0; k < around_.size();) {
      const std::int64_t begin = k;
      while (k < around_.size() && around_[k] == around_[begin]) k++;
      if ((k - begin) % 2 != 0) around_[n++] = around_[begin];
    }
    judge(query, n);
  }
  return true;
}

void RingPairs::write(std::int64_t first_ring, PolygonChecks& out) {
  sort_polling(found_.begin(), found_.end(), [](const Conflict& a, const Conflict& b) {
    for (const int k : {1, 0, 2, 3, 4}) {
      if (a.row[k] != b.row[k]) return a.row[k] < b.row[k];
    }
    return false;
  });
  for (const Conflict& one : found_) {
    const std::int64_t other = one.row[3] == none ? none : first_ring + one.row[3];
    const std::int64_t row[5] = {one.row[0], first_ring + one.row[1], one.row[2], other,
                                 one.row[4]};
    out.conflicts.append(row, 5);
    out.conflict_places.append(one.place, 2);
  }
}

bool RingPairs::run(const PolygonsView& polygons, std::int64_t item, const Limits& limits,
                    PolygonChecks& out) {
  const std::int64_t first = polygons.rings_before(item);
  if (polygons.rings_before(item + 1) - first < 2 || limits.crossings == 0) return true;
  read(polygons, item);
  std::int64_t work = limits.pairs;
  bool finished = boxes_.find(
      xy_.data(), starts_.data(), edges_.size(), work, [&](std::int64_t e, std::int64_t f) {
        meet_at(e, f);
        return found_.size() < limits.crossings && touches_.size() < most_touches;
      });
  finished = finished && found_.size() < limits.crossings && touches_.size() < most_touches;
  find_disconnected();
  finished = find_nested(work) && finished;
  if (found_.size() > limits.crossings) found_.truncate(limits.crossings);
  write(first - polygons.rings_before(0), out);
  return finished;
}

}  // namespace me::cpu
