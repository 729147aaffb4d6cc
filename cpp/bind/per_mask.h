// Integers given once for all masks, or one row for each.
#pragma once
#include "bind/batch.h"

namespace me::bind {

class PerMask {
 public:
  using Array = py::array_t<std::int64_t, py::array::c_style>;

  // `given` is a tuple of `columns` <= 4 integers for all masks, or an int64 array of shape
  // (columns,) or (n, columns). A tuple is what a small call passes: NumPy takes a microsecond.
  PerMask(std::int64_t n, const py::object& given, std::int64_t columns, const char* parameter) {
    std::int64_t size = 0;
    if (PyTuple_CheckExact(given.ptr())) {
      size = PyTuple_GET_SIZE(given.ptr());
      for (std::int64_t k = 0; k < std::min<std::int64_t>(size, max_columns); k++) {
        once_[k] = PyLong_AsLongLong(PyTuple_GET_ITEM(given.ptr(), k));
      }
      if (PyErr_Occurred() != nullptr) throw py::error_already_set();
      values = once_;
    } else {
      const auto array = given.cast<Array>();
      size = array.size();
      values = array.data();
      each = array.ndim() == 2;
      keep_ = array;
    }
    require(size == columns * (each ? n : 1), ErrorKind::shape_mismatch, parameter,
            "expected one row of values for each mask");
  }
  PerMask(const PerMask&) = delete;
  PerMask& operator=(const PerMask&) = delete;

  const std::int64_t* values;
  bool each = false;

 private:
  static constexpr std::int64_t max_columns = 4;

  std::int64_t once_[max_columns] = {};
  py::object keep_;
};

}  // namespace me::bind
