#include "ops/polygonize/rings.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/interrupt.h"
#include "base/poll_some.h"
#include "base/prefetch.h"
#include "base/room.h"

namespace me {
namespace {

constexpr std::uint32_t no_ring = UINT32_MAX;

// The first edge of a ring is its leftmost one: an exterior has its foreground to the right of it.
bool begins_hole(const VerticalEdge& first) { return first.y[1] > first.y[0]; }

bool goes_up(const MetEdge& edge) { return edge.y[1] < edge.y[0]; }

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
    if ((edges[first].x & met_edge) != 0) continue;
    if (begins_hole(edges[first])) hole_edges_.push_back(first);
    for (std::uint32_t e = first; (edges[e].x & met_edge) == 0; e = edges[e].next)
      edges[e].x |= met_edge;
  }
  for (std::int64_t i = hole_edges_.size(); i-- > 0;) {
    join(edges, hole_edges_[i], outline.above[hole_edges_[i]]);
  }
  for (VerticalEdge& edge : edges) edge.x &= ~met_edge;
}

void RingTracer::find_rings() {
  const std::int64_t n = tracer_.pieces().size();
  rings_.clear();
  rings_.reserve(n);
  places_.clear();
  places_.reserve(n);
  ring_of_.resize(n);
  std::fill(ring_of_.begin(), ring_of_.end(), no_ring);
  for (std::int64_t p = 0; p < n; p++) {
    if (ring_of_[p] != no_ring) continue;
    add_ring(static_cast<std::uint32_t>(p));
    poll(50);
  }
}

void RingTracer::add_ring(std::uint32_t first_piece) {
  const auto id = static_cast<std::uint32_t>(rings_.size());
  std::uint32_t start = first_piece;
  Place place{UINT64_MAX, id, 0, id};
  std::uint32_t p = first_piece;
  do {
    const Piece& piece = tracer_.pieces()[p];
    const MetEdge& first = tracer_.order()[piece.first];
    const std::uint64_t corner = first_corner(first.y, first.x);
    if (corner < place.corner) {
      place.corner = corner;
      start = p;
    }
    place.n += piece.end - piece.begin;
    ring_of_[p] = id;
    p = piece.next;
  } while (p != first_piece);
  make_room(rings_, 1);
  make_room(places_, 1);
  rings_.push_back({start, 0});
  places_.push_back(place);
}

void RingTracer::find_above(const Outline& outline) {
  for (Place& place : places_) {
    const Piece& piece = tracer_.pieces()[rings_[place.ring].piece];
    if (goes_up(tracer_.order()[piece.first])) continue;  // an exterior
    place.polygon = ring_of_[outline.edges[outline.above[piece.first_edge]].next];
  }
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
  begins_.resize(static_cast<std::int64_t>(digits));  // stacks of threads may be small
  std::int64_t* const begins = begins_.data();
  for (const int half : {0, 32}) {
    for (int shift = half; shift < half + 32; shift += digit_bits) {
      const std::uint64_t mask = std::min(digits, std::uint64_t{1} << (half + 32 - shift)) - 1;
      if ((used >> shift & mask) == 0) continue;
      const std::int64_t n = places_.size();
      std::fill(begins, begins + digits, std::int64_t{0});
      for (std::int64_t k = 0; k < n; k++) {
        poll_some(k, 5);
        begins[places_[k].corner >> shift & mask]++;
      }
      std::int64_t sum = 0;
      for (std::int64_t& begin : begins_) sum += std::exchange(begin, sum);
      sorted_places_.resize(places_.size());
      for (std::int64_t k = 0; k < n; k++) {
        poll_some(k, 15);
        sorted_places_[begins[places_[k].corner >> shift & mask]++] = places_[k];
      }
      places_.swap(sorted_places_);
    }
  }
}

// Ends the polygons and says where each ring goes. The place of an exterior is before those of its
// holes, and so is that of whatever is above a hole.
void RingTracer::group(Polygons& out) {
  slots_.clear();
  slots_.reserve(rings_.size());
  polygon_of_.resize(rings_.size());
  for (Place& place : places_) {
    if (place.polygon == place.ring) {
      place.polygon = static_cast<std::uint32_t>(slots_.size());
      slots_.push_back({0, 0});
    } else {
      place.polygon = polygon_of_[place.polygon];
    }
    polygon_of_[place.ring] = place.polygon;
    Slot& slot = slots_[place.polygon];
    slot.ring++;
    slot.edge += place.n;
  }
  Slot sum{0, 0};
  std::int64_t* ends = out.polygon_offsets.grow(slots_.size());
  for (Slot& slot : slots_) {
    const Slot begin = sum;
    sum = {sum.ring + slot.ring, sum.edge + slot.edge};
    slot = begin;
    *ends++ = out.ring_offsets.size() - 1 + sum.ring;
  }
  sorted_rings_.resize(rings_.size());
  for (const Place& place : places_) {
    Slot& slot = slots_[place.polygon];
    rings_[place.ring].begin = slot.edge;
    slot.edge += place.n;
    sorted_rings_[slot.ring++] = {place.ring, slot.edge};
  }
}

// Calls take(edge) for the edges of the ring after its first one.
template <class Take>
void RingTracer::for_each_later_edge(const TracedRing& ring, Take take) const {
  const MetEdge* const order = tracer_.order().data();
  const auto take_all = [&](std::uint32_t begin, std::uint32_t end) {
    for (std::uint32_t k = begin; k < end; k++) take(order[k]);
  };
  const Buffer<Piece>& pieces = tracer_.pieces();
  const Piece& first = pieces[ring.piece];
  take_all(first.first + 1, first.end);
  for (std::uint32_t p = first.next; p != ring.piece; p = pieces[p].next) {
    take_all(pieces[p].begin, pieces[p].end);
  }
  take_all(first.begin, first.first);
}

const MetEdge& RingTracer::first_edge(const TracedRing& ring) const {
  return tracer_.order()[tracer_.pieces()[ring.piece].first];
}

// Calls take(x, y) for the corners from the start of the ring around.
template <class Take>
void RingTracer::for_each_corner(const TracedRing& ring, Take take) const {
  const MetEdge& first = first_edge(ring);
  const bool up = goes_up(first);
  const auto take_end = [&](const MetEdge& edge, int end) {
    take(static_cast<std::int32_t>(edge.x), static_cast<std::int32_t>(edge.y[end]));
  };
  if (!up) take_end(first, 0);
  take_end(first, 1);
  for_each_later_edge(ring, [&](const MetEdge& edge) {
    take_end(edge, 0);
    take_end(edge, 1);
  });
  if (up) take_end(first, 0);
}

// In the order in which they were met, each to its place: so edges are read one after the other,
// and nothing waits for what is written.
void RingTracer::append_corners(Polygons& out) const {
  const std::int64_t before = out.coords.size() / 2;
  std::int64_t* ends = out.ring_offsets.grow(rings_.size());
  for (const SortedRing& ring : sorted_rings_) *ends++ = before + 2 * std::int64_t{ring.end};
  if (rings_.empty()) return;
  double* const first =
      out.coords.grow(4 * std::int64_t{sorted_rings_[sorted_rings_.size() - 1].end});
  for (const TracedRing& ring : rings_) {
    poll(30);
    double* xy = first + 4 * std::int64_t{ring.begin};
    for_each_corner(ring, [&xy](std::int32_t x, std::int32_t y) {
      *xy++ = x;
      *xy++ = y;
    });
  }
}

// Fills closed_.
void RingTracer::close(const SortedRing& sorted) {
  const TracedRing& ring = rings_[sorted.ring];
  closed_.clear();
  Corner* to = closed_.grow(2 * std::int64_t{sorted.end - ring.begin} + 1);
  for_each_corner(ring, [&to](std::int32_t x, std::int32_t y) { *to++ = {x, y}; });
  *to = closed_[0];
}

void RingTracer::append_with_nodes(const SortedRing& sorted, const Nodes& nodes,
                                   Polygons& out) const {
  const TracedRing& ring = rings_[sorted.ring];
  const std::int64_t corners = 2 * std::int64_t{sorted.end - ring.begin};
  double* xy = out.coords.grow(2 * corners);
  const auto append = [&xy](std::int64_t x, std::int64_t y) {
    *xy++ = static_cast<double>(x);
    *xy++ = static_cast<double>(y);
  };
  const auto make_room = [&](std::int64_t passed) {  // for what is passed and all corners to come
    out.coords.truncate(xy - out.coords.data());
    xy = out.coords.grow(2 * (std::abs(passed) + corners));
  };
  const auto pass_row = [&](std::int64_t y, std::int64_t from, std::int64_t to) {
    if (!nodes.may_pass_row(y, from, to)) return;
    make_room(to - from);
    nodes.on_row(y, from, to, [&](std::int64_t x) { append(x, y); });
  };
  const auto pass_column = [&](std::int64_t x, std::int64_t from, std::int64_t to) {
    if (!nodes.may_pass_column(x, from, to)) return;
    make_room(to - from);
    nodes.on_column(x, from, to, [&](std::int64_t y) { append(x, y); });
  };
  const MetEdge& first = first_edge(ring);
  const std::int64_t first_x = first.x;
  std::int64_t last_x = first_x;
  if (!goes_up(first)) {
    append(first_x, first.y[0]);
    pass_column(first_x, first.y[0], first.y[1]);
  }
  append(first_x, first.y[1]);
  for_each_later_edge(ring, [&](const MetEdge& edge) {
    const std::int64_t x = edge.x;
    const std::int64_t y = edge.y[0];
    const std::int64_t to = edge.y[1];
    pass_row(y, last_x, x);
    append(x, y);
    pass_column(x, y, to);
    append(x, to);
    last_x = x;
  });
  pass_row(first.y[0], last_x, first_x);
  if (goes_up(first)) {
    append(first_x, first.y[0]);
    pass_column(first_x, first.y[0], first.y[1]);
  }
  out.coords.truncate(xy - out.coords.data());
  out.end_ring();
}

// Each straight stretch of pixel edges gives the first and the last foreground pixel beside it.
// From one stretch to the next the pen stays (a turn right) or makes a step across a corner.
void RingTracer::append_centres(Polygons& out) {
  const auto sign = [](std::int32_t a, std::int32_t b) { return (b > a) - (b < a); };
  centres_.clear();
  const auto visit = [&](std::int32_t x, std::int32_t y) {
    const std::int64_t n = centres_.size();
    if (n > 0 && centres_[n - 1].x == x && centres_[n - 1].y == y) return;
    if (n > 1) {
      const Corner a = centres_[n - 2];
      const Corner b = centres_[n - 1];
      if (sign(a.x, b.x) == sign(b.x, x) && sign(a.y, b.y) == sign(b.y, y))
        centres_.truncate(n - 1);
    }
    centres_.push_back({x, y});
  };
  for (std::int64_t i = 0; i + 1 < closed_.size(); i++) {
    const Corner from = closed_[i];
    const Corner to = closed_[i + 1];
    const bool left = to.x < from.x;
    const bool right = to.x > from.x;
    const bool up = to.y < from.y;
    const bool down = to.y > from.y;
    visit(from.x - (left || down), from.y - (left || up));
    visit(to.x - (right || down), to.y - (left || down));
  }
  const Corner first = centres_[0];
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
  tracer_.trace(outline);
  find_rings();
  poll(20 * static_cast<double>(rings_.size()));
  if (holes == Holes::rings) find_above(outline);
  sort_places();
  poll(20 * static_cast<double>(rings_.size()));
  group(out);
  poll(20 * static_cast<double>(rings_.size()));
  if (vertices == Vertices::corners && nodes == nullptr) {
    append_corners(out);
  } else {
    for (const SortedRing& sorted : sorted_rings_) {
      if (vertices == Vertices::centres) {
        close(sorted);
        append_centres(out);
      } else {
        append_with_nodes(sorted, *nodes, out);
      }
    }
  }
  out.end_item();
}

}  // namespace me
