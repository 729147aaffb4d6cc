// The polygon value of the whole house: a ragged batch in columns, as GeoArrow and shapely's
// to_ragged_array lay it out.
//
// Invariants: item i has the polygons [item_offsets[i], item_offsets[i+1]); polygon p has the rings
// [polygon_offsets[p], polygon_offsets[p+1]), the exterior first, then its holes; ring r has the
// vertices [ring_offsets[r], ring_offsets[r+1]), and vertex v is (coords[2v], coords[2v+1]) = (x,
// y). A ring is closed by itself: its last vertex may, and need not, repeat its first. Offsets do
// not decrease and coordinates are finite. An item without polygons and a polygon without rings are
// empty.
#pragma once
#include <cstdint>
#include <string>

#include "base/buffer.h"

namespace me {

// The vertices of one ring; owns nothing.
struct Ring {
  const double* xy;
  std::int64_t n;
};

// A batch of polygons; owns nothing. item_offsets[0] may be positive (a slice of a larger batch).
struct PolygonsView {
  const double* coords = nullptr;
  const std::int64_t* ring_offsets = nullptr;
  const std::int64_t* polygon_offsets = nullptr;
  const std::int64_t* item_offsets = nullptr;  // n + 1
  std::int64_t n = 0;

  Ring ring(std::int64_t r) const {
    return {coords + 2 * ring_offsets[r], ring_offsets[r + 1] - ring_offsets[r]};
  }
  std::int64_t polygons_before(std::int64_t item) const { return item_offsets[item]; }
  std::int64_t rings_before(std::int64_t item) const { return polygon_offsets[item_offsets[item]]; }
  std::int64_t vertices_before(std::int64_t item) const { return ring_offsets[rings_before(item)]; }
  std::int64_t total_vertices() const { return vertices_before(n) - vertices_before(0); }
};

// A batch that owns its columns.
struct Polygons {
  Buffer<double> coords;
  Buffer<std::int64_t> ring_offsets;
  Buffer<std::int64_t> polygon_offsets;
  Buffer<std::int64_t> item_offsets;

  Polygons() {
    ring_offsets.push_back(0);
    polygon_offsets.push_back(0);
    item_offsets.push_back(0);
  }
  std::int64_t n() const { return item_offsets.size() - 1; }
  PolygonsView view() const {
    return {coords.data(), ring_offsets.data(), polygon_offsets.data(), item_offsets.data(), n()};
  }
  // Each ends what was appended since its last call.
  void end_ring() { ring_offsets.push_back(coords.size() / 2); }
  void end_polygon() { polygon_offsets.push_back(ring_offsets.size() - 1); }
  void end_item() { item_offsets.push_back(polygon_offsets.size() - 1); }
  // Copies item `i` of another batch.
  void append_item(const PolygonsView& from, std::int64_t i);
};

// A batch with the same items, whose offsets begin at zero: of a slice, only the slice is copied.
Polygons copy_of(const PolygonsView& from);

// The columns as someone hands them in, with their lengths.
struct PolygonColumns {
  const double* coords;
  std::int64_t vertices;
  const std::int64_t* ring_offsets;
  std::int64_t ring_offsets_size;
  const std::int64_t* polygon_offsets;
  std::int64_t polygon_offsets_size;
  const std::int64_t* item_offsets;
  std::int64_t item_offsets_size;
};

// Throws Error, naming the column, or the item and its ring, when the columns are no batch whose
// rings all have at least `min_vertices` vertices.
void validate(const PolygonColumns& columns, std::int64_t min_vertices);

// Throws ErrorKind::bad_polygon naming the item and the ring (counted within the item) unless the
// ring has at least `min_vertices` vertices and finite coordinates.
void validate(const Ring& ring, std::int64_t min_vertices, std::int64_t item,
              std::int64_t ring_index);

}  // namespace me
