// check_polygons: measures of rings, and what is wrong with them. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/exec.h"
#include "geometry/polygons.h"

namespace me::cpu {

// Flags of a vertex.
inline constexpr std::uint8_t vertex_duplicate = 1;  // where the one before it is
inline constexpr std::uint8_t vertex_collinear = 2;  // on the line from its neighbour to the other
inline constexpr std::uint8_t vertex_spike = 4;      // the outline turns back on itself here

// How two rings of an item are at odds.
enum class ConflictKind : std::int64_t {
  crossing,      // edges that cross or have a stretch in common, or rings that cross at a point
  outside,       // a hole that is outside of its exterior
  nested,        // a hole in another of the same polygon, or an exterior in another polygon
  disconnected,  // rings that touch so that they cut the interior in two
};

struct PolygonChecks {
  Buffer<std::int64_t> vertices;  // of each ring: without repeated ones and the closing one
  Buffer<double> areas;           // of each ring, signed: positive when clockwise on the screen
  Buffer<double> lengths;         // of each ring's outline
  Buffer<std::uint8_t> flags;     // of each vertex
  // of each pair of edges of one ring that meet, and are no neighbours: the ring, and the vertices
  // of the ring from which the edges start, the smaller first; and where they meet
  Buffer<std::int64_t> crossings;  // 3 each
  Buffer<double> places;           // 2 each
  // of each two rings of an item that are at odds: the kind, the ring and its vertex or edge, the
  // other ring and its edge, -1 where there is none; and where
  Buffer<std::int64_t> conflicts;  // 5 each
  Buffer<double> conflict_places;  // 2 each
  Buffer<std::uint8_t> finished;   // of each item: 0 where a limit ended a search
};

// What a search ends at: so many crossings of a ring with itself, or conflicts of an item; and so
// many pairs of edges whose boxes overlap (or 32 times as many whose boxes are compared) of either.
struct Limits {
  std::int64_t crossings;
  std::int64_t pairs;
};

// Rings in the order of the batch. Whether vertices are collinear and edges meet is decided
// exactly; sums are rounded.
PolygonChecks check_polygons(const PolygonsView& polygons, const Limits& limits, const Exec& exec);

}  // namespace me::cpu
