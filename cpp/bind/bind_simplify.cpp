#include <pybind11/native_enum.h>

#include <cmath>

#include "bind/polygon_batch.h"
#include "bind/registry.h"
#include "geometry/triangle_pixels.h"
#include "ops/simplify/simplify.h"

namespace me::bind::simplify_calls {

ME_BIND(simplify) {
  py::native_enum<Bound>(module, "Bound", "enum.Enum")
      .value("lossless", Bound::lossless)
      .value("distance", Bound::distance)
      .value("iou", Bound::iou)
      .value("vertices", Bound::vertices)
      .finalize();
  module.def(
      "simplify",
      [](const PolygonBatch& polygons, Bound bound, double value, bool shared, bool vanish) {
        const ReleaseLock release(20.0 * double(polygons.view.total_vertices()));
        return wrap(cpu::simplify(polygons.view, bound, value, shared, vanish, current_exec()));
      },
      py::arg("polygons"), py::arg("bound"), py::arg("value"), py::arg("shared"),
      py::arg("vanish"));
  // for the tests: the pixels of the triangle of the first three vertices, signed
  module.def(
      "triangle_pixels",
      [](const PolygonBatch& polygons) {
        const PolygonsView& view = polygons.view;
        require(view.n == 1 && view.total_vertices() >= 3, ErrorKind::argument, "polygons",
                "expected one item with three vertices");
        const double* xy = view.coords + 2 * view.vertices_before(0);
        for (int k = 0; k < 6; k++) {
          require(std::abs(xy[k]) <= count_limit, ErrorKind::limit, "polygons",
                  "expected coordinates within 2^29 pixels");
        }
        return triangle_pixels(snap(xy), snap(xy + 2), snap(xy + 4));
      },
      py::arg("polygons"));
}

}  // namespace me::bind::simplify_calls
