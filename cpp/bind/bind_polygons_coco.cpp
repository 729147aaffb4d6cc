// COCO's nested polygon lists <-> a batch of polygons.
#include <string>

#include "base/limits.h"
#include "bind/polygon_batch.h"
#include "bind/registry.h"
#include "bind/turns.h"

namespace me::bind::polygons_coco_calls {
namespace {

std::string type_name(py::handle object) { return Py_TYPE(object.ptr())->tp_name; }

bool is_list(py::handle object) {
  return PyList_Check(object.ptr()) || PyTuple_Check(object.ptr());
}

bool is_number(py::handle object) {
  return !PyBool_Check(object.ptr()) &&
         (PyFloat_Check(object.ptr()) || PyLong_Check(object.ptr()) ||
          (PyNumber_Check(object.ptr()) && !py::isinstance<py::array>(object)));
}

// Reads the items of one call; knows where it is, for the messages.
class Reader {
 public:
  explicit Reader(std::int64_t min_vertices) : min_vertices_(min_vertices) {}

  void item(py::handle rings) {
    const std::int64_t start = out_.coords.size();
    ring_ = 0;
    if (!is_list(rings)) {
      refuse("expected a list of rings, each a flat list of x, y, x, y, ..., got " +
             type_name(rings));
    }
    // Lengths are read anew each time: the __float__ of an odd object could change a list.
    for (Py_ssize_t k = 0; k < PySequence_Fast_GET_SIZE(rings.ptr()); k++) {
      ring_ = k;
      const auto one = py::reinterpret_borrow<py::object>(PySequence_Fast_GET_ITEM(rings.ptr(), k));
      ring(one);
      out_.end_ring();
      out_.end_polygon();
    }
    out_.end_item();
    check_limit(Limit::item_vertices, (out_.coords.size() - start) / 2, "polygons", item_);
    item_++;
  }

  Polygons&& finish() { return std::move(out_); }

 private:
  [[noreturn]] void refuse(const std::string& text) const {
    throw Error(ErrorKind::bad_polygon, "polygons", text, item_);
  }
  [[noreturn]] void refuse_ring(const std::string& text) const {
    refuse("ring " + std::to_string(ring_) + ": " + text);
  }

  void ring(const py::object& object) {
    const std::int64_t start = out_.coords.size();
    if (is_list(object)) {
      numbers(object);
    } else if (py::isinstance<py::array>(object)) {
      array(py::reinterpret_borrow<py::array>(object));
    } else {
      refuse_ring("expected a flat list of numbers, got " + type_name(object));
    }
    const std::int64_t n = out_.coords.size() - start;
    if (n % 2 != 0) {
      refuse_ring("expected pairs x, y, got " + std::to_string(n) + " numbers");
    }
    validate({out_.coords.data() + start, n / 2}, min_vertices_, item_, ring_);
  }

  void numbers(const py::object& list) {
    const Py_ssize_t expected = PySequence_Fast_GET_SIZE(list.ptr());
    double* to = out_.coords.grow(expected);
    Py_ssize_t k = 0;
    for (; k < expected && k < PySequence_Fast_GET_SIZE(list.ptr()); k++) {
      PyObject* value = PySequence_Fast_GET_ITEM(list.ptr(), k);
      if (PyFloat_CheckExact(value)) {
        to[k] = PyFloat_AS_DOUBLE(value);
      } else {
        to[k] = number(py::reinterpret_borrow<py::object>(value), k);
      }
    }
    out_.coords.truncate(out_.coords.size() - expected + k);
  }

  double number(const py::object& value, Py_ssize_t at) const {
    if (is_number(value)) {
      const double number = PyFloat_AsDouble(value.ptr());
      if (number != -1.0 || PyErr_Occurred() == nullptr) return number;
      PyErr_Clear();
    }
    const std::string got =
        PyLong_CheckExact(value.ptr()) ? "an integer too large for a float" : type_name(value);
    refuse_ring("expected a number at position " + std::to_string(at) + ", got " + got);
  }

  void array(const py::array& values) {
    const char kind = values.dtype().kind();
    const bool flat = values.ndim() == 1;
    if ((kind != 'f' && kind != 'i' && kind != 'u') ||
        !(flat || (values.ndim() == 2 && values.shape(1) == 2))) {
      refuse_ring("expected numbers of shape (2 n,) or (n, 2), got an array of " +
                  std::string(py::str(values.dtype())) + " with " + std::to_string(values.ndim()) +
                  " dimensions");
    }
    const py::array_t<double, py::array::c_style | py::array::forcecast> doubles(values);
    out_.coords.append(doubles.data(), doubles.size());
  }

  Polygons out_;
  std::int64_t min_vertices_;
  std::int64_t item_ = 0;
  std::int64_t ring_ = 0;
};

// True for the rings of one item: a list of flat lists or arrays, and not a list of such lists.
bool is_one_item(py::handle list) {
  for (Py_ssize_t k = 0; k < PySequence_Fast_GET_SIZE(list.ptr()); k++) {
    const py::handle element = PySequence_Fast_GET_ITEM(list.ptr(), k);
    if (py::isinstance<py::array>(element)) return true;
    if (!is_list(element)) return false;
    if (PySequence_Fast_GET_SIZE(element.ptr()) > 0) {
      return is_number(PySequence_Fast_GET_ITEM(element.ptr(), 0));
    }
  }
  return false;
}

PolygonBatch from_coco(const py::object& items, std::int64_t min_vertices) {
  if (!is_list(items)) {
    throw Error(ErrorKind::type, "polygons",
                "expected a list of items, each a list of rings, got " + type_name(items));
  }
  Reader reader(min_vertices);
  if (is_one_item(items)) {
    reader.item(items);
  } else {
    Turns turns;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(items.ptr()); i++) {
      turns.take();
      const auto rings =
          py::reinterpret_borrow<py::object>(PySequence_Fast_GET_ITEM(items.ptr(), i));
      reader.item(rings);
    }
  }
  return wrap(reader.finish());
}

py::list ring_list(const Ring& ring) {
  py::list numbers(2 * ring.n);
  for (std::int64_t k = 0; k < 2 * ring.n; k++) {
    PyObject* number = PyFloat_FromDouble(ring.xy[k]);
    if (number == nullptr) throw py::error_already_set();
    PyList_SET_ITEM(numbers.ptr(), k, number);
  }
  return numbers;
}

py::list to_coco(const PolygonBatch& batch) {
  const PolygonsView& view = batch.view;
  Untracked made;
  Turns turns;
  py::list items;  // without empty places, which others might come upon
  for (std::int64_t i = 0; i < view.n; i++) {
    turns.take();
    py::list rings;
    made.add(rings);
    for (std::int64_t p = view.item_offsets[i]; p < view.item_offsets[i + 1]; p++) {
      const std::int64_t first = view.polygon_offsets[p];
      const std::int64_t n = view.polygon_offsets[p + 1] - first;
      if (n > 1) {
        throw Error(ErrorKind::argument, "polygons",
                    "polygon " + std::to_string(p - view.item_offsets[i]) + " has " +
                        std::to_string(n - 1) +
                        " holes, and COCO polygons cannot hold any: expected exteriors only",
                    i);
      }
      if (n == 1) {
        made.add(ring_list(view.ring(first)));
        rings.append(made.last());
      }
    }
    items.append(rings);
  }
  return items;
}

}  // namespace

ME_BIND(polygons_coco) {
  module.def("polygons_from_coco", from_coco, py::arg("polygons"), py::arg("min_vertices"));
  module.def("polygons_to_coco", to_coco, py::arg("polygons"));
}

}  // namespace me::bind::polygons_coco_calls
