// Lists of segments in the forms that most callers hold, as columns. What is not plain, or wrong,
// is left to Python, which checks it one by one and says what it is.
#include <pybind11/stl.h>

#include <optional>
#include <tuple>
#include <utility>

#include "base/buffer.h"
#include "base/numbering.h"
#include "bind/batch.h"
#include "bind/registry.h"

namespace me::bind::segments_calls {
namespace {

using Longs = py::array_t<std::int64_t, py::array::c_style>;
using Columns = std::tuple<py::array_t<std::int64_t>, py::array_t<std::int64_t>, py::array_t<bool>>;

// An int that fits; a bool is none.
std::optional<std::int64_t> plain_integer(PyObject* value) {
  if (value == nullptr || !PyLong_CheckExact(value)) return {};
  int overflow = 0;
  const long long found = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (overflow != 0) return {};
  return found;
}

PyObject* interned(const char* text) {
  PyObject* const key = PyUnicode_InternFromString(text);
  if (key == nullptr) throw py::error_already_set();
  return key;
}

class Reader {
 public:
  Reader(const Longs& categories, std::int64_t void_label) : void_label_(void_label) {
    for (py::ssize_t i = 0; i < categories.size(); i++) {
      known_.number_of(static_cast<std::uint64_t>(categories.data()[i]));
    }
  }

  // {id: category}
  bool read_dict(const py::object& value) {
#ifdef Py_GIL_DISABLED  // others may change the dict meanwhile
    const auto dict = py::reinterpret_steal<py::object>(PyDict_Copy(value.ptr()));
    if (!dict) throw py::error_already_set();
#else
    const py::object& dict = value;
#endif
    PyObject* id = nullptr;
    PyObject* category = nullptr;
    for (Py_ssize_t at = 0; PyDict_Next(dict.ptr(), &at, &id, &category) != 0;) {
      if (!add(id, category, false)) return false;
    }
    return true;
  }

  // COCO's segments_info
  bool read_list(const py::object& value) {
    static PyObject* const id = interned("id");
    static PyObject* const category = interned("category_id");
    static PyObject* const crowd_key = interned("iscrowd");
    Numbering ids;
    for (const py::handle row : py::tuple(value)) {
      if (!PyDict_CheckExact(row.ptr())) return false;
      const py::object crowd = item(row, crowd_key);
      const bool is_flag = !crowd || PyLong_CheckExact(crowd.ptr()) || PyBool_Check(crowd.ptr());
      if (!is_flag || !add(item(row, id).ptr(), item(row, category).ptr(),
                           bool(crowd) && PyObject_IsTrue(crowd.ptr()) == 1)) {
        return false;
      }
      const std::int64_t n = ids_.size();
      if (ids.number_of(static_cast<std::uint64_t>(ids_[n - 1])) != n - 1) return false;
    }
    return true;
  }

  Columns give() {
    return {to_array(std::move(ids_)), to_array(std::move(places_)), to_array(std::move(crowd_))};
  }

 private:
  static py::object item(py::handle row, PyObject* key) {
    PyObject* const found = PyDict_GetItemWithError(row.ptr(), key);
    if (found == nullptr && PyErr_Occurred() != nullptr) throw py::error_already_set();
    return py::reinterpret_borrow<py::object>(found);
  }

  bool add(PyObject* id, PyObject* category, bool crowd) {
    const auto label = plain_integer(id);
    const auto wanted = plain_integer(category);
    if (!label || *label == void_label_ || !wanted) return false;
    const std::int64_t place = known_.find_number(static_cast<std::uint64_t>(*wanted));
    ids_.push_back(*label);
    places_.push_back(place);
    crowd_.push_back(crowd);
    return place >= 0;
  }

  std::int64_t void_label_;
  Numbering known_;
  Buffer<std::int64_t> ids_, places_;
  Buffer<bool> crowd_;
};

// Ids, places of their categories among `categories`, which are crowds; or nothing.
std::optional<Columns> plain_segments(const py::object& value, const Longs& categories,
                                      std::int64_t void_label) {
  Reader reader(categories, void_label);
  const bool is_dict = PyDict_CheckExact(value.ptr());
  if (!is_dict && !PyList_CheckExact(value.ptr())) return {};
  if (!(is_dict ? reader.read_dict(value) : reader.read_list(value))) return {};
  return reader.give();
}

}  // namespace

ME_BIND(segments) {
  module.def("plain_segments", plain_segments, py::arg("segments"), py::arg("categories"),
             py::arg("void_label"));
}

}  // namespace me::bind::segments_calls
