#include <pybind11/native_enum.h>

#include "bind/polygon_batch.h"
#include "bind/registry.h"
#include "ops/simplify/simplify.h"

namespace me::bind {

ME_BIND(simplify) {
  py::native_enum<Bound>(module, "Bound", "enum.Enum")
      .value("lossless", Bound::lossless)
      .value("distance", Bound::distance)
      .value("iou", Bound::iou)
      .value("vertices", Bound::vertices)
      .finalize();
  module.def(
      "simplify",
      [](const PolygonBatch& polygons, Bound bound, double value, bool shared) {
        const ReleaseLock release(20.0 * double(polygons.view.total_vertices()));
        return wrap(cpu::simplify(polygons.view, bound, value, shared, current_exec()));
      },
      py::arg("polygons"), py::arg("bound"), py::arg("value"), py::arg("shared"));
}

}  // namespace me::bind
