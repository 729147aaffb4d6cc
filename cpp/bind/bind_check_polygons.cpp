#include "bind/polygon_batch.h"
#include "bind/registry.h"
#include "ops/check_polygons/check_polygons.h"
#include "ops/check_polygons/deviation.h"

namespace me::bind::check_polygons_calls {

ME_BIND(check_polygons) {
  module.def(
      "check_polygons",
      [](const PolygonBatch& polygons, std::int64_t crossings, std::int64_t pairs) {
        cpu::PolygonChecks found = [&] {
          const ReleaseLock release(60.0 * double(polygons.view.total_vertices()));
          return cpu::check_polygons(polygons.view, {crossings, pairs}, current_exec());
        }();
        const std::int64_t n = found.places.size() / 2;
        const std::int64_t k = found.conflict_places.size() / 2;
        return py::make_tuple(to_array(std::move(found.vertices)), to_array(std::move(found.areas)),
                              to_array(std::move(found.lengths)), to_array(std::move(found.flags)),
                              to_array(std::move(found.crossings), {n, std::int64_t{3}}),
                              to_array(std::move(found.places), {n, std::int64_t{2}}),
                              to_array(std::move(found.conflicts), {k, std::int64_t{5}}),
                              to_array(std::move(found.conflict_places), {k, std::int64_t{2}}),
                              to_array(std::move(found.finished)));
      },
      py::arg("polygons"), py::arg("max_crossings"), py::arg("max_pairs"));
  module.def(
      "deviation",
      [](const PolygonBatch& polygons, const PolygonBatch& outlines, double step) {
        Buffer<double> found = [&] {
          const ReleaseLock release(500.0 * double(polygons.view.total_vertices()));
          return cpu::deviation(polygons.view, outlines.view, step, current_exec());
        }();
        return to_array(std::move(found), {polygons.view.n, std::int64_t{3}});
      },
      py::arg("polygons"), py::arg("outlines"), py::arg("step"));
}

}  // namespace me::bind::check_polygons_calls
