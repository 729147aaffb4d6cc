#include "ops/polygonize/rings.h"

#include <algorithm>
#include <utility>

namespace me {
namespace {

// Set in x (below 2^31) of an edge that the tracing has met.
constexpr std::uint32_t met = std::uint32_t{1} << 31;

// The first edge of a ring is its leftmost one: an exterior has its foreground to the right of it.
bool begins_hole(const VerticalEdge& first) { return first.y[1] > first.y[0]; }

std::uint64_t corner_of(std::uint32_t x, std::uint32_t y) { return std::uint64_t{y} << 32 | x; }

// Joins the ring that begins with edge `v` to the one above it, at `u`, by making the pen change
// rings where the way up from v meets that one, and change back. Holes are joined from the last to
// the first: then both rings are still as the sweep left them near that place.
void join(Buffer<VerticalEdge>& edges, std::uint32_t v, std::uint32_t u) {
  if (edges[u].x == edges[v].x) {  // on one line: each goes on as the other did
    std::swap(edges[u].y[1], edges[v].y[1]);
    std::swap(edges[u].next, edges[v].next);
    return;
  }
  // Turn down from the horizontal edge that begins at the end of u, and come back up as v.
  VerticalEdge down = edges[v];
  down.y[0] = edges[u].y[1];
  edges[v].y[1] = edges[u].y[1];
  edges[v].next = edges[u].next;
  edges[u].next = static_cast<std::uint32_t>(edges.size());
  edges.push_back(down);
}

}  // namespace

void RingTracer::bridge_holes(Outline& outline) {
  Buffer<VerticalEdge>& edges = outline.edges;
  hole_edges_.clear();
  const auto n = static_cast<std::uint32_t>(edges.size());
  for (std::uint32_t first = 0; first < n; first++) {
    if ((edges[first].x & met) != 0) continue;
    if (begins_hole(edges[first])) hole_edges_.push_back(first);
    for (std::uint32_t e = first; (edges[e].x & met) == 0; e = edges[e].next) edges[e].x |= met;
  }
  for (std::int64_t i = hole_edges_.size(); i-- > 0;) {
    join(edges, hole_edges_[i], outline.above[hole_edges_[i]]);
  }
  for (VerticalEdge& edge : edges) edge.x &= ~met;
}

void RingTracer::trace(Outline& outline, std::uint32_t first, bool may_be_hole) {
  VerticalEdge* const edges = outline.edges.data();
  const auto ring = static_cast<std::uint32_t>(rings_.size());
  std::uint32_t exterior = ring;
  // `next` of an edge that has been met holds its ring
  if (may_be_hole && begins_hole(edges[first])) {
    exterior = rings_[edges[outline.above[first]].next].exterior;
  }
  const std::int64_t begin = points_.size();
  Point* out = points_.data() + begin;
  std::uint64_t best = UINT64_MAX;
  std::int64_t n = 0;
  std::int64_t start = 0;
  for (std::uint32_t e = first; (edges[e].x & met) == 0;) {
    VerticalEdge& edge = edges[e];
    for (int end = 0; end < 2; end++, n++) {
      out[n] = {static_cast<std::int32_t>(edge.x), static_cast<std::int32_t>(edge.y[end])};
      const std::uint64_t corner = corner_of(edge.x, edge.y[end]);
      start = corner < best ? n : start;
      best = corner < best ? corner : best;
    }
    e = edge.next;
    edge.x |= met;
    edge.next = ring;
  }
  points_.resize(begin + n);
  rings_.push_back({begin, n, start, exterior});
  places_.push_back({best, ring});
}

// By digits of 12 bits when there are many: that takes time in proportion to their number.
void RingTracer::sort_places() {
  constexpr std::int64_t few = 2048;
  constexpr int digit_bits = 12;
  constexpr std::uint64_t digits = std::uint64_t{1} << digit_bits;
  if (places_.size() < few) {
    std::sort(places_.begin(), places_.end());
    return;
  }
  std::uint64_t used = 0;  // bits that any corner has
  for (const Place& place : places_) used |= place.corner;
  std::int64_t begins[digits];
  for (const int half : {0, 32}) {
    for (int shift = half; shift < half + 32; shift += digit_bits) {
      const std::uint64_t mask = std::min(digits, std::uint64_t{1} << (half + 32 - shift)) - 1;
      if ((used >> shift & mask) == 0) continue;
      std::fill(begins, begins + digits, std::int64_t{0});
      for (const Place& place : places_) begins[place.corner >> shift & mask]++;
      std::int64_t sum = 0;
      for (std::int64_t& begin : begins) sum += std::exchange(begin, sum);
      sorted_places_.resize(places_.size());
      for (const Place& place : places_) {
        sorted_places_[begins[place.corner >> shift & mask]++] = place;
      }
      places_.swap(sorted_places_);
    }
  }
}

// Sorts the rings to polygons: each exterior in the order of places_, followed by its holes.
void RingTracer::group() {
  const std::int64_t n = rings_.size();
  polygon_of_.resize(n);
  std::int64_t polygons = 0;
  for (const Place& place : places_) {
    if (rings_[place.ring].exterior == place.ring) polygon_of_[place.ring] = polygons++;
  }
  slots_.resize(polygons + 1);
  std::fill(slots_.begin(), slots_.end(), std::int64_t{0});
  for (const TracedRing& ring : rings_) slots_[polygon_of_[ring.exterior] + 1]++;
  for (std::int64_t p = 0; p < polygons; p++) slots_[p + 1] += slots_[p];
  grouped_.resize(n);
  for (const bool holes : {false, true}) {
    for (const Place& place : places_) {
      const std::uint32_t exterior = rings_[place.ring].exterior;
      if ((exterior != place.ring) == holes) grouped_[slots_[polygon_of_[exterior]]++] = place.ring;
    }
  }
}

void RingTracer::append_ring(const TracedRing& ring, Polygons& out) const {
  const Point* points = points_.data() + ring.begin;
  double* xy = out.coords.grow(2 * ring.n);
  const std::int64_t bounds[2][2] = {{ring.start, ring.n}, {0, ring.start}};
  for (const auto& [from, to] : bounds) {
    for (std::int64_t k = from; k < to; k++) {
      *xy++ = points[k].x;
      *xy++ = points[k].y;
    }
  }
  out.end_ring();
}

void RingTracer::append_ring(const TracedRing& ring, const Nodes& nodes, Polygons& out) const {
  const Point* points = points_.data() + ring.begin;
  const auto append = [&out](std::int64_t x, std::int64_t y) {
    double* xy = out.coords.grow(2);
    xy[0] = static_cast<double>(x);
    xy[1] = static_cast<double>(y);
  };
  std::int64_t k = ring.start;
  for (std::int64_t i = 0; i < ring.n; i++) {
    const Point from = points[k];
    k = k + 1 < ring.n ? k + 1 : 0;
    const Point to = points[k];
    append(from.x, from.y);
    if (from.y == to.y) {
      nodes.on_row(from.y, from.x, to.x, [&](std::int64_t x) { append(x, from.y); });
    } else {
      nodes.on_column(from.x, from.y, to.y, [&](std::int64_t y) { append(from.x, y); });
    }
  }
  out.end_ring();
}

// Each straight stretch of pixel edges gives the first and the last foreground pixel beside it.
// From one stretch to the next the pen stays (a turn right) or makes a step across a corner.
void RingTracer::append_centres(const TracedRing& ring, Polygons& out) {
  const auto sign = [](std::int32_t a, std::int32_t b) { return (b > a) - (b < a); };
  centres_.clear();
  const auto visit = [&](std::int32_t x, std::int32_t y) {
    const std::int64_t n = centres_.size();
    if (n > 0 && centres_[n - 1].x == x && centres_[n - 1].y == y) return;
    if (n > 1) {
      const Point a = centres_[n - 2];
      const Point b = centres_[n - 1];
      if (sign(a.x, b.x) == sign(b.x, x) && sign(a.y, b.y) == sign(b.y, y))
        centres_.truncate(n - 1);
    }
    centres_.push_back({x, y});
  };
  const Point* points = points_.data() + ring.begin;
  std::int64_t k = ring.start;
  for (std::int64_t i = 0; i < ring.n; i++) {
    const Point from = points[k];
    k = k + 1 < ring.n ? k + 1 : 0;
    const Point to = points[k];
    const bool left = to.x < from.x;
    const bool right = to.x > from.x;
    const bool up = to.y < from.y;
    const bool down = to.y > from.y;
    visit(from.x - (left || down), from.y - (left || up));
    visit(to.x - (right || down), to.y - (left || down));
  }
  const Point first = centres_[0];
  std::int64_t n = centres_.size();
  if (n > 1 && centres_[n - 1].x == first.x && centres_[n - 1].y == first.y) n--;
  double* xy = out.coords.grow(2 * n);
  for (std::int64_t i = 0; i < n; i++) {
    *xy++ = centres_[i].x;
    *xy++ = centres_[i].y;
  }
  out.end_ring();
}

void RingTracer::append_item(Outline& outline, Holes holes, Vertices vertices, const Nodes* nodes,
                             Polygons& out) {
  if (holes == Holes::bridge) bridge_holes(outline);
  const Buffer<VerticalEdge>& edges = outline.edges;
  rings_.clear();
  places_.clear();
  points_.clear();
  points_.reserve(2 * edges.size());
  for (std::int64_t e = 0; e < edges.size(); e++) {
    if ((edges[e].x & met) == 0) {
      trace(outline, static_cast<std::uint32_t>(e), holes == Holes::rings);
    }
  }
  sort_places();
  group();
  if (out.coords.empty()) out.coords.reserve(2 * points_.size());
  bool first = true;
  for (const std::uint32_t id : grouped_) {
    const TracedRing& ring = rings_[id];
    if (ring.exterior == id && !first) out.end_polygon();
    first = false;
    if (vertices == Vertices::centres) {
      append_centres(ring, out);
    } else if (nodes == nullptr) {
      append_ring(ring, out);
    } else {
      append_ring(ring, *nodes, out);
    }
  }
  if (!first) out.end_polygon();
  out.end_item();
}

}  // namespace me
