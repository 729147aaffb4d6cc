#include "bind/polygon_batch.h"
#include "bind/registry.h"
#include "geometry/arcs.h"

namespace me::bind::arcs_calls {
namespace {

// The arcs as Python has them: a closed one ends with its first vertex, and what goes from back to
// front is the complement of its arc.
Arcs with_both_ends(const Arcs& arcs) {
  Arcs out;
  for (std::int64_t a = 0; a < arcs.n(); a++) {
    const Path path = arcs.path(a);
    poll(5.0 * static_cast<double>(path.n));
    out.coords.append(path.xy, 2 * path.n);
    if (path.closed) out.coords.append(path.xy, 2);
    out.end_arc(path.closed);
  }
  for (const std::int64_t use : arcs.uses) {
    out.uses.push_back(use % 2 != 0 ? ~(use / 2) : use / 2);
  }
  out.ring_offsets = arcs.ring_offsets;
  out.ring_starts = arcs.ring_starts;
  return out;
}

}  // namespace

ME_BIND(arcs) {
  module.def(
      "arcs",
      [](const PolygonBatch& polygons) {
        Arcs found = [&] {
          const ReleaseLock release(60.0 * double(polygons.view.total_vertices()));
          return with_both_ends(shared_arcs(polygons.view));
        }();
        const std::int64_t n = found.coords.size() / 2;
        return py::make_tuple(to_array(std::move(found.coords), {n, std::int64_t{2}}),
                              to_array(std::move(found.offsets)), to_array(std::move(found.uses)),
                              to_array(std::move(found.ring_offsets)),
                              to_array(std::move(found.ring_starts)));
      },
      py::arg("polygons"));
}

}  // namespace me::bind::arcs_calls
