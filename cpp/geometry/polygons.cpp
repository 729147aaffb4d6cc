#include "geometry/polygons.h"

#include <cmath>
#include <cstring>

#include "base/error.h"
#include "base/limits.h"

namespace me {
namespace {

// True when none of the n values is NaN or infinite. On the bits, so that the loop vectorises.
bool all_finite(const double* values, std::int64_t n) {
  constexpr std::uint64_t exponent = 0x7ff0000000000000;
  std::uint64_t bad = 0;
  for (std::int64_t i = 0; i < n; i++) {
    std::uint64_t bits;
    std::memcpy(&bits, values + i, sizeof bits);
    bad |= (bits & exponent) == exponent;
  }
  return bad == 0;
}

void validate_offsets(const char* name, const std::int64_t* offsets, std::int64_t size,
                      std::int64_t limit, const char* of_what) {
  if (size < 1) throw Error(ErrorKind::bad_polygon, name, "expected at least one offset, got none");
  for (std::int64_t i = 0; i + 1 < size; i++) {
    if (offsets[i + 1] < offsets[i]) {
      throw Error(ErrorKind::bad_polygon, name,
                  "expected offsets that do not decrease, got " + std::to_string(offsets[i]) +
                      " before " + std::to_string(offsets[i + 1]),
                  i);
    }
  }
  if (offsets[0] < 0 || offsets[size - 1] > limit) {
    throw Error(ErrorKind::bad_polygon, name,
                "expected offsets in [0, " + std::to_string(limit) + "], the number of " + of_what +
                    ", got " + std::to_string(offsets[0]) + " to " +
                    std::to_string(offsets[size - 1]));
  }
}

}  // namespace

void Polygons::append_item(const PolygonsView& from, std::int64_t i) {
  for (std::int64_t p = from.item_offsets[i]; p < from.item_offsets[i + 1]; p++) {
    for (std::int64_t r = from.polygon_offsets[p]; r < from.polygon_offsets[p + 1]; r++) {
      const Ring ring = from.ring(r);
      coords.append(ring.xy, 2 * ring.n);
      end_ring();
    }
    end_polygon();
  }
  end_item();
}

Polygons copy_of(const PolygonsView& from) {
  Polygons out;
  const auto rebase = [](const std::int64_t* offsets, std::int64_t first, std::int64_t last,
                         Buffer<std::int64_t>& to) {
    to.resize(last - first + 1);
    for (std::int64_t i = first; i <= last; i++) to[i - first] = offsets[i] - offsets[first];
  };
  out.coords.append(from.coords + 2 * from.vertices_before(0), 2 * from.total_vertices());
  rebase(from.ring_offsets, from.rings_before(0), from.rings_before(from.n), out.ring_offsets);
  rebase(from.polygon_offsets, from.polygons_before(0), from.polygons_before(from.n),
         out.polygon_offsets);
  rebase(from.item_offsets, 0, from.n, out.item_offsets);
  return out;
}

void validate(const Ring& ring, std::int64_t min_vertices, std::int64_t item,
              std::int64_t ring_index) {
  const std::string place = "ring " + std::to_string(ring_index) + ": ";
  if (ring.n < min_vertices) {
    throw Error(ErrorKind::bad_polygon, "polygons",
                place + "expected at least " + std::to_string(min_vertices) + " vertices, got " +
                    std::to_string(ring.n),
                item);
  }
  for (std::int64_t i = 0; i < 2 * ring.n; i++) {
    if (!std::isfinite(ring.xy[i])) {
      throw Error(ErrorKind::bad_polygon, "polygons",
                  place + "expected finite coordinates, got " + std::to_string(ring.xy[i]) +
                      " as " + (i % 2 == 0 ? "x" : "y") + " of vertex " + std::to_string(i / 2),
                  item);
    }
  }
}

void validate(const PolygonColumns& columns, std::int64_t min_vertices) {
  const std::int64_t rings = columns.ring_offsets_size - 1;
  const std::int64_t polygons = columns.polygon_offsets_size - 1;
  validate_offsets("ring_offsets", columns.ring_offsets, columns.ring_offsets_size,
                   columns.vertices, "vertices");
  validate_offsets("polygon_offsets", columns.polygon_offsets, columns.polygon_offsets_size, rings,
                   "rings");
  validate_offsets("item_offsets", columns.item_offsets, columns.item_offsets_size, polygons,
                   "polygons");
  const PolygonsView view{columns.coords, columns.ring_offsets, columns.polygon_offsets,
                          columns.item_offsets, columns.item_offsets_size - 1};
  const bool finite =
      all_finite(view.coords + 2 * view.vertices_before(0), 2 * view.total_vertices());
  for (std::int64_t i = 0; i < view.n; i++) {
    check_limit(Limit::item_vertices, view.vertices_before(i + 1) - view.vertices_before(i),
                "polygons", i);
    const std::int64_t first = view.rings_before(i);
    for (std::int64_t r = first; r < view.rings_before(i + 1); r++) {
      const Ring ring = view.ring(r);
      if (!finite || ring.n < min_vertices) validate(ring, min_vertices, i, r - first);
    }
  }
}

}  // namespace me
