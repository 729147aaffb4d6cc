// Outlines as arcs: stretches of vertices that are stored once and that rings are made of.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "geometry/polygons.h"

namespace me {

// Vertices one after the other; a closed path goes on from its last to its first.
struct Path {
  const double* xy;
  std::int64_t n;
  bool closed;
};

// Arc a has the vertices [offsets[a], offsets[a + 1]). Both ends of an open arc are nodes, where
// arcs meet; a closed one is a whole ring. Ring r is a chain of uses [ring_offsets[r],
// ring_offsets[r + 1]): 2a is arc a from front to back, 2a + 1 from back to front. Where a closed
// arc has its first vertex at the front both ways, vertex ring_starts[r] of the chain is the ring's
// first; only shared_arcs() and append_ring() say it.
struct Arcs {
  Buffer<double> coords;
  Buffer<std::int64_t> offsets;
  Buffer<std::uint8_t> closed;
  Buffer<std::int64_t> uses;
  Buffer<std::int64_t> ring_offsets;
  Buffer<std::int64_t> ring_starts;

  Arcs() { clear(); }
  void clear();
  std::int64_t n() const { return offsets.size() - 1; }
  std::int64_t rings() const { return ring_offsets.size() - 1; }
  Path path(std::int64_t a) const {
    return {coords.data() + 2 * offsets[a], offsets[a + 1] - offsets[a], closed[a] != 0};
  }
  void end_arc(bool is_closed);
  void end_ring() { ring_offsets.push_back(uses.size()); }
};

// A ring without a last vertex that repeats the first, unless fewer than three would be left.
Path open_end(const Ring& ring);

// Appends a ring that is one closed arc, without vertices that repeat the one before; those that
// had three keep three.
void append_ring(Arcs& arcs, const Ring& ring);

// Cuts all rings of the batch where their neighbours change: what two rings have in common, vertex
// by vertex, in either direction, becomes one arc.
Arcs shared_arcs(const PolygonsView& polygons);

// Appends the vertices of ring r.
void append_vertices(const Arcs& arcs, std::int64_t r, Buffer<double>& coords);

}  // namespace me
