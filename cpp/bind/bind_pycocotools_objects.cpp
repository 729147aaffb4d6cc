// Boxes and polygons as maskengine.pycocotools takes them.
#include <cmath>
#include <string>

#include "bind/polygon_batch.h"
#include "bind/registry.h"
#include "geometry/box_overlap.h"

namespace me::bind::pycocotools_objects_calls {
namespace {

using Boxes = py::array_t<double, py::array::c_style | py::array::forcecast>;
using CrowdFlags = py::array_t<std::uint8_t, py::array::c_style | py::array::forcecast>;

double coordinate(PyObject* value, const char* parameter, std::int64_t item) {
  const double number = PyFloat_AsDouble(value);
  if (number == -1.0 && PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    throw Error(ErrorKind::type, parameter,
                std::string("expected four numbers, got a ") + Py_TYPE(value)->tp_name, item);
  }
  return number;
}

// A list of boxes, each a list or an array of four numbers, as an array of shape (n, 4).
Boxes boxes_from_list(const py::list& list, const char* parameter) {
  const auto n = static_cast<std::int64_t>(list.size());
  Boxes boxes({n, std::int64_t{4}});
  double* out = boxes.mutable_data();
  for (std::int64_t i = 0; i < n; i++) {
    if (static_cast<std::size_t>(i) >= list.size()) {
      throw Error(ErrorKind::argument, parameter, "the list changed while it was read", i);
    }
    const py::object box = list[static_cast<std::size_t>(i)];
    const bool fits = PyList_CheckExact(box.ptr()) || py::isinstance<py::array>(box);
    if (!fits || PyObject_Length(box.ptr()) != 4) {
      PyErr_Clear();
      throw Error(ErrorKind::type, parameter,
                  "expected boxes, each a list or an array of four numbers, or dicts only", i);
    }
    for (Py_ssize_t k = 0; k < 4; k++) {
      const auto value = py::reinterpret_steal<py::object>(PySequence_GetItem(box.ptr(), k));
      if (!value) throw py::error_already_set();
      out[4 * i + k] = coordinate(value.ptr(), parameter, i);
    }
  }
  return boxes;
}

py::array_t<double, py::array::f_style> box_matrix(const Boxes& a, const Boxes& b,
                                                   const CrowdFlags& crowd) {
  const bool shaped = a.ndim() == 2 && a.shape(1) == 4 && b.ndim() == 2 && b.shape(1) == 4;
  require(shaped, ErrorKind::shape_mismatch, "dt", "expected boxes of shape (n, 4)");
  require(crowd.ndim() == 1 && crowd.shape(0) == b.shape(0), ErrorKind::shape_mismatch, "pyiscrowd",
          "expected one flag per box of gt");
  py::array_t<double, py::array::f_style> out({a.shape(0), b.shape(0)});
  double* values = out.mutable_data();
  const ReleaseLock release(2.0 * double(a.shape(0)) * double(b.shape(0)));
  box_iou(a.data(), a.shape(0), b.data(), b.shape(0), crowd.data(), values);
  return out;
}

// Collects rings, each a polygon and an item of its own.
class RingList {
 public:
  explicit RingList(const char* parameter) : parameter_(parameter) {}

  // Appends a list, tuple or flat array of numbers; an odd one at the end is dropped.
  void append(const py::object& ring) {
    const std::int64_t start = rings_.coords.size();
    if (PyList_Check(ring.ptr()) || PyTuple_Check(ring.ptr())) {
      append_numbers(ring);
    } else if (py::isinstance<py::array>(ring)) {
      append_array(py::reinterpret_borrow<py::array>(ring));
    } else {
      refuse(std::string("expected a flat list of numbers, got ") + Py_TYPE(ring.ptr())->tp_name);
    }
    const std::int64_t n = rings_.coords.size() - start;
    if (n % 2 != 0) rings_.coords.truncate(start + n - 1);
    end_ring(start);
  }

  void append_box(const double* box) {
    const double left = box[0], top = box[1], right = left + box[2], bottom = top + box[3];
    const std::int64_t start = rings_.coords.size();
    const double corners[] = {left, top, left, bottom, right, bottom, right, top};
    rings_.coords.append(corners, 8);
    end_ring(start);
  }

  PolygonBatch finish() { return wrap(std::move(rings_)); }

 private:
  [[noreturn]] void refuse(const std::string& text) const {
    throw Error(ErrorKind::bad_polygon, parameter_, text, rings_.n());
  }

  void append_numbers(const py::object& list) {
    // The length is read anew each time: the __float__ of an odd object could change the list.
    for (Py_ssize_t k = 0; k < PySequence_Fast_GET_SIZE(list.ptr()); k++) {
      PyObject* value = PySequence_Fast_GET_ITEM(list.ptr(), k);
      if (PyFloat_CheckExact(value)) {
        rings_.coords.push_back(PyFloat_AS_DOUBLE(value));
        continue;
      }
      const auto held = py::reinterpret_borrow<py::object>(value);
      const double number = PyFloat_AsDouble(value);
      if (number == -1.0 && PyErr_Occurred() != nullptr) {
        PyErr_Clear();
        refuse(std::string("expected numbers, got ") + Py_TYPE(value)->tp_name);
      }
      rings_.coords.push_back(number);
    }
  }

  void append_array(const py::array& values) {
    const char kind = values.dtype().kind();
    if (values.ndim() != 1 || (kind != 'f' && kind != 'i' && kind != 'u')) {
      refuse("expected a flat array of numbers, got one of " +
             std::string(py::str(values.dtype())) + " with " + std::to_string(values.ndim()) +
             " dimensions");
    }
    const py::array_t<double, py::array::c_style | py::array::forcecast> doubles(values);
    rings_.coords.append(doubles.data(), doubles.size());
  }

  void end_ring(std::int64_t start) {
    bool finite = true;
    for (std::int64_t k = start; k < rings_.coords.size(); k++) {
      finite &= std::isfinite(rings_.coords[k]);
    }
    if (!finite) refuse("expected finite numbers, got NaN or an infinity");
    rings_.end_ring();
    rings_.end_polygon();
    rings_.end_item();
  }

  Polygons rings_;
  const char* parameter_;
};

PolygonBatch rings_from_list(const py::list& list, const char* parameter) {
  RingList rings(parameter);
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list.ptr()); i++) {
    rings.append(py::reinterpret_borrow<py::object>(PyList_GET_ITEM(list.ptr(), i)));
  }
  return rings.finish();
}

PolygonBatch rings_from_boxes(const Boxes& boxes, const char* parameter) {
  require(boxes.ndim() == 2 && boxes.shape(1) == 4, ErrorKind::shape_mismatch, parameter,
          "expected boxes of shape (n, 4)");
  RingList rings(parameter);
  for (std::int64_t i = 0; i < boxes.shape(0); i++) rings.append_box(boxes.data() + 4 * i);
  return rings.finish();
}

}  // namespace

ME_BIND(pycocotools_objects) {
  module.def("boxes_from_list", boxes_from_list, py::arg("boxes"), py::arg("parameter"));
  module.def("rings_from_list", rings_from_list, py::arg("rings"), py::arg("parameter"));
  module.def("rings_from_boxes", rings_from_boxes, py::arg("boxes"), py::arg("parameter"));
  module.def("box_iou", box_matrix, py::arg("a"), py::arg("b"), py::arg("crowd"));
}

}  // namespace me::bind::pycocotools_objects_calls
