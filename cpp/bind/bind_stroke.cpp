#include <pybind11/stl.h>

#include <array>
#include <vector>

#include "bind/batch.h"
#include "bind/brush.h"
#include "bind/registry.h"
#include "ops/stroke/stroke.h"

namespace me::bind::stroke_calls {

ME_BIND(stroke) {
  module.def(
      "stroke",
      [](const Doubles& points, const Doubles& radius, std::int64_t height, std::int64_t width,
         int shape, std::array<double, 4> ellipse, const py::object& boxes) {
        const std::vector<BrushPoint> all = brush_points(points, radius);
        const HeldBrush held(shape, ellipse, boxes);
        const ReleaseLock release(1e3 * double(all.size()));
        return wrap(cpu::stroke(all.data(), static_cast<std::int64_t>(all.size()), {height, width},
                                held.brush));
      },
      py::arg("points"), py::arg("radius"), py::arg("height"), py::arg("width"), py::arg("shape"),
      py::arg("ellipse"), py::arg("boxes"));
}

}  // namespace me::bind::stroke_calls
