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

struct PolygonChecks {
  Buffer<std::int64_t> vertices;  // of each ring: without repeated ones and the closing one
  Buffer<double> areas;           // of each ring, signed: positive when clockwise on the screen
  Buffer<double> lengths;         // of each ring's outline
  Buffer<std::uint8_t> flags;     // of each vertex
  // of each pair of edges of one ring that meet, and are no neighbours: the ring, and the vertices
  // of the ring from which the edges start, the smaller first; and where they meet
  Buffer<std::int64_t> crossings;  // 3 each
  Buffer<double> places;           // 2 each
};

// Rings in the order of the batch. At most `most` crossings of a ring are kept. Whether vertices
// are collinear and edges meet is decided exactly; sums are rounded.
PolygonChecks check_polygons(const PolygonsView& polygons, std::int64_t most, const Exec& exec);

}  // namespace me::cpu
