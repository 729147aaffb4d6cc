// Points, radii and brushes as Python hands them over.
#pragma once
#include <pybind11/numpy.h>

#include <array>
#include <string>
#include <vector>

#include "base/error.h"
#include "geometry/brush.h"

namespace me::bind {

namespace py = pybind11;

using Doubles = py::array_t<double, py::array::c_style>;

// As Python writes it.
inline std::string shown(double value) { return py::str(py::float_(value)); }

inline std::int64_t on_grid(double value, const char* parameter, std::int64_t index) {
  if (!(value >= -grid_limit && value <= grid_limit)) {
    const bool finite = value - value == 0;
    throw Error(finite ? ErrorKind::limit : ErrorKind::argument, parameter,
                (finite ? "expected at most 2^31 pixels, got " : "expected finite numbers, got ") +
                    shown(value),
                index);
  }
  return snap(value);
}

inline std::int64_t radius_on_grid(double radius, std::int64_t index) {
  if (radius < 0) {
    throw Error(ErrorKind::argument, "radius", "expected 0 or more, got " + shown(radius), index);
  }
  return on_grid(radius, "radius", index);
}

inline std::vector<BrushPoint> brush_points(const Doubles& points, const Doubles& radius) {
  require(points.ndim() == 2 && points.shape(1) == 2, ErrorKind::shape_mismatch, "points",
          "expected shape (n, 2)");
  const std::int64_t n = points.shape(0);
  if (radius.size() != 1 && radius.size() != n) {
    throw Error(ErrorKind::shape_mismatch, "radius",
                "expected one number, or one per point, " + std::to_string(n) + ", got " +
                    std::to_string(radius.size()));
  }
  const bool each = radius.size() == n && n != 1;
  std::vector<BrushPoint> all(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; i++) {
    BrushPoint& point = all[static_cast<std::size_t>(i)];
    point.u = on_grid(points.data()[2 * i], "points", i);
    point.v = on_grid(points.data()[2 * i + 1], "points", i);
    point.radius = radius_on_grid(radius.data()[each ? i : 0], each ? i : -1);
  }
  return all;
}

// A brush and what it points to.
struct HeldBrush {
  Brush brush;
  std::vector<SweptBox::Edges> boxes;

  // shape: 0 disc, 1 square, 2 ellipse (with its radii, cosine and sine), 3 bitmap (with its boxes,
  // shape (n, 4), on the grid of 2^-16 pixel).
  HeldBrush(int shape, const std::array<double, 4>& ellipse, const py::object& given) {
    brush.shape = static_cast<BrushShape>(shape);
    set_ellipse(ellipse);
    if (!given.is_none()) {
      const auto array = given.cast<py::array_t<std::int64_t, py::array::c_style>>();
      require(array.ndim() == 2 && array.shape(1) == 4, ErrorKind::shape_mismatch, "brush",
              "expected shape (n, 4)");
      for (py::ssize_t i = 0; i < array.shape(0); i++) {
        const std::int64_t* box = array.data() + 4 * i;
        boxes.push_back({box[0], box[1], box[2], box[3]});
      }
    }
    brush.boxes = boxes.data();
    brush.n_boxes = static_cast<std::int64_t>(boxes.size());
  }
  HeldBrush(const HeldBrush&) = delete;
  HeldBrush& operator=(const HeldBrush&) = delete;

  void set_ellipse(const std::array<double, 4>& ellipse) {
    brush.first = ellipse[0];
    brush.second = ellipse[1];
    brush.cos = ellipse[2];
    brush.sin = ellipse[3];
  }
};

}  // namespace me::bind
