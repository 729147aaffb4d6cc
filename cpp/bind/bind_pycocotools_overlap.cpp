// iou of maskengine.pycocotools in one call, for what it is asked about most: lists of dictionaries
// or of boxes, and a list of flags. NumPy's ways to make three small arrays take longer than all
// else.
#include <vector>

#include "bind/coco_dicts.h"
#include "bind/new_array.h"
#include "bind/registry.h"
#include "geometry/box_overlap.h"
#include "ops/iou/iou.h"

namespace me::bind::pycocotools_overlap_calls {
namespace {

bool one_size(const RunsView& a, const RunsView& b) {
  bool same = true;
  for (std::int64_t i = 0; i < a.n; i++) same &= a.size(i) == a.size(0);
  for (std::int64_t j = 0; j < b.n; j++) same &= b.size(j) == a.size(0);
  return same;
}

// The matrix in Fortran order; None when the masks are not all of one size.
py::object iou_of_dicts(const py::list& dt, const py::list& gt, const Buffer<std::uint8_t>& crowd) {
  Runs a, b;
  append_coco_list(dt, a, "dt", CocoNumbers::whole);
  append_coco_list(gt, b, "gt", CocoNumbers::whole);
  require(a.n() > 0 && b.n() > 0 && crowd.size() == b.n(), ErrorKind::shape_mismatch, "pyiscrowd",
          "expected one flag per mask of gt, and masks on both sides");
  if (!one_size(a.view(), b.view())) return py::none();
  auto out = new_array<double>({a.n(), b.n()}, true);
  double* columns = out.mutable_data();
  const ReleaseLock release(50.0 * double(a.n()) * double(b.n()));
  Buffer<double> rows(a.n() * b.n());
  cpu::iou_matrix(a.view(), b.view(), crowd.data(), rows.data(), current_exec());
  for (std::int64_t j = 0; j < b.n(); j++) {
    for (std::int64_t i = 0; i < a.n(); i++) *columns++ = rows[i * b.n() + j];
  }
  return std::move(out);
}

// Whether a list holds as many integers in [0, 255] as `n`; then these are the flags.
bool read_flags(const py::list& list, std::size_t n, Buffer<std::uint8_t>& flags) {
  if (list.size() != n) return false;
  flags.reserve(static_cast<std::int64_t>(n));
  for (std::size_t i = 0; i < list.size(); i++) {
    const py::object flag = list[i];
    if (!PyLong_CheckExact(flag.ptr()) && !PyBool_Check(flag.ptr())) return false;
    int overflow = 0;
    const long value = PyLong_AsLongAndOverflow(flag.ptr(), &overflow);
    if (overflow != 0 || value < 0 || value > UINT8_MAX) return false;
    flags.push_back(static_cast<std::uint8_t>(value));
  }
  return flags.size() == static_cast<std::int64_t>(n);
}

// Whether a list holds lists of four floats or small integers alone; then these are the boxes.
bool read_boxes(const py::list& list, Buffer<double>& boxes) {
  boxes.reserve(4 * static_cast<std::int64_t>(list.size()));
  for (std::size_t i = 0; i < list.size(); i++) {
    const py::object box = list[i];
    if (!PyList_CheckExact(box.ptr()) || PyList_GET_SIZE(box.ptr()) != 4) return false;
    for (std::size_t k = 0; k < 4; k++) {
      const py::object value = py::reinterpret_borrow<py::list>(box)[k];
      if (PyFloat_CheckExact(value.ptr())) {
        boxes.push_back(PyFloat_AS_DOUBLE(value.ptr()));
        continue;
      }
      int overflow = 0;
      if (!PyLong_CheckExact(value.ptr())) return false;
      const long whole = PyLong_AsLongAndOverflow(value.ptr(), &overflow);
      if (overflow != 0 || whole > INT32_MAX || whole < INT32_MIN) return false;
      boxes.push_back(static_cast<double>(whole));
    }
  }
  return boxes.size() > 0;
}

// The matrix in Fortran order; None for what is not read here.
py::object iou_of_lists(const py::object& dt, const py::object& gt, const py::object& flags) {
  for (const py::object* given : {&dt, &gt, &flags}) {
    if (!PyList_CheckExact(given->ptr()) || PyList_GET_SIZE(given->ptr()) == 0) return py::none();
  }
  const auto first = py::reinterpret_borrow<py::list>(dt);
  const auto second = py::reinterpret_borrow<py::list>(gt);
  Buffer<std::uint8_t> crowd;
  if (!read_flags(py::reinterpret_borrow<py::list>(flags), second.size(), crowd)) return py::none();
  const py::object one = first[0], other = second[0];
  if (PyDict_CheckExact(one.ptr()) && PyDict_CheckExact(other.ptr())) {
    return iou_of_dicts(first, second, crowd);
  }
  Buffer<double> a, b;
  if (!read_boxes(first, a) || !read_boxes(second, b)) return py::none();
  if (b.size() != 4 * crowd.size()) return py::none();
  auto out = new_array<double>({a.size() / 4, b.size() / 4}, true);
  double* const values = out.mutable_data();
  const ReleaseLock release(0.5 * double(a.size()) * double(crowd.size()));
  box_iou(a.data(), a.size() / 4, b.data(), crowd.size(), crowd.data(), values);
  return std::move(out);
}

}  // namespace

ME_BIND(pycocotools_overlap) {
  module.def("coco_iou", iou_of_lists, py::arg("dt"), py::arg("gt"), py::arg("iscrowd"));
}

}  // namespace me::bind::pycocotools_overlap_calls
