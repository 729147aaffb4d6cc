// NumPy's scalars, which take an array and an index otherwise.
#pragma once
#include <pybind11/numpy.h>

namespace me::bind {

namespace py = pybind11;

// A scalar such as numpy.uint32.
template <class T>
py::object numpy_scalar(T value) {
  using Make = PyObject* (*)(void* data, PyObject* dtype, PyObject* base);
  constexpr int array_scalar = 60;  // the number of PyArray_Scalar in NumPy's C interface
  static const Make make = [] {
    const py::object table =
        py::detail::import_numpy_core_submodule("multiarray").attr("_ARRAY_API");
    void** const functions = static_cast<void**>(PyCapsule_GetPointer(table.ptr(), nullptr));
    if (functions == nullptr) throw py::error_already_set();
    return reinterpret_cast<Make>(functions[array_scalar]);
  }();
  static PyObject* const dtype = py::dtype::of<T>().release().ptr();
  PyObject* const scalar = make(&value, dtype, nullptr);
  if (scalar == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(scalar);
}

}  // namespace me::bind
