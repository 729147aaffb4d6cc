#include <pybind11/stl.h>

#include <array>

#include "bind/brush.h"
#include "bind/cuda/device_arrays.h"
#include "bind/registry.h"
#include "ops/stroke/stroke.h"

namespace me::bind::stroke_calls {

ME_BIND(stroke) {
  module.def(
      "stroke",
      [](const PythonQueue& on, const Doubles& points, const Doubles& radius, std::int64_t height,
         std::int64_t width, int shape, const std::array<double, 4>& ellipse,
         const py::object& boxes) {
        const std::vector<BrushPoint> all = brush_points(points, radius);
        const HeldBrush held(shape, ellipse, boxes);
        return masks_of([&] {
          return cuda::stroke(on.queue, all.data(), static_cast<std::int64_t>(all.size()),
                              {height, width}, held.brush);
        });
      },
      py::arg("queue"), py::arg("points"), py::arg("radius"), py::arg("height"), py::arg("width"),
      py::arg("shape"), py::arg("ellipse"), py::arg("brush"));
}

}  // namespace me::bind::stroke_calls
