#include <pybind11/stl.h>

#include <array>
#include <vector>

#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/stroke/stroke.h"

namespace me::bind::stroke_calls {
namespace {

using Points = py::array_t<double, py::array::c_style>;
using Boxes = py::array_t<std::int64_t, py::array::c_style>;

std::int64_t on_grid(double value, const char* parameter, std::int64_t index) {
  if (!(value >= -grid_limit && value <= grid_limit)) {
    const bool finite = value - value == 0;
    throw Error(finite ? ErrorKind::limit : ErrorKind::argument, parameter,
                finite ? "expected at most 2^31 pixels" : "expected finite numbers", index);
  }
  return snap(value);
}

std::vector<BrushPoint> brush_points(const Points& points, const Points& radius) {
  require(points.ndim() == 2 && points.shape(1) == 2, ErrorKind::shape_mismatch, "points",
          "expected shape (n, 2)");
  const std::int64_t n = points.shape(0);
  require(radius.size() == 1 || radius.size() == n, ErrorKind::shape_mismatch, "radius",
          "expected one number, or one per point");
  const bool each = radius.size() == n && n != 1;
  std::vector<BrushPoint> all(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; i++) {
    BrushPoint& point = all[static_cast<std::size_t>(i)];
    point.u = on_grid(points.data()[2 * i], "points", i);
    point.v = on_grid(points.data()[2 * i + 1], "points", i);
    const double r = radius.data()[each ? i : 0];
    require(!(r < 0), ErrorKind::argument, "radius", "expected 0 or more", each ? i : -1);
    point.radius = on_grid(r, "radius", each ? i : -1);
  }
  return all;
}

}  // namespace

ME_BIND(stroke) {
  // shape: 0 disc, 1 square, 2 ellipse (with its radii, cosine and sine), 3 bitmap (with its boxes,
  // shape (n, 4), on the grid of 2^-16 pixel).
  module.def(
      "stroke",
      [](const Points& points, const Points& radius, std::int64_t height, std::int64_t width,
         int shape, std::array<double, 4> ellipse, const py::object& boxes) {
        const std::vector<BrushPoint> all = brush_points(points, radius);
        cpu::Brush brush;
        brush.shape = static_cast<cpu::BrushShape>(shape);
        brush.first = ellipse[0];
        brush.second = ellipse[1];
        brush.cos = ellipse[2];
        brush.sin = ellipse[3];
        std::vector<SweptBox::Edges> edges;
        if (!boxes.is_none()) {
          const auto array = boxes.cast<Boxes>();
          require(array.ndim() == 2 && array.shape(1) == 4, ErrorKind::shape_mismatch, "brush",
                  "expected shape (n, 4)");
          for (py::ssize_t i = 0; i < array.shape(0); i++) {
            const std::int64_t* box = array.data() + 4 * i;
            edges.push_back({box[0], box[1], box[2], box[3]});
          }
        }
        brush.boxes = edges.data();
        brush.n_boxes = static_cast<std::int64_t>(edges.size());
        const ReleaseLock release(1e3 * double(all.size()));
        return wrap(
            cpu::stroke(all.data(), static_cast<std::int64_t>(all.size()), {height, width}, brush));
      },
      py::arg("points"), py::arg("radius"), py::arg("height"), py::arg("width"), py::arg("shape"),
      py::arg("ellipse"), py::arg("boxes"));
}

}  // namespace me::bind::stroke_calls
