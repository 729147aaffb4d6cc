// New NumPy arrays of small calls: pybind11 collects shape and strides in vectors first.
#pragma once
#include <pybind11/numpy.h>

namespace me::bind {

namespace py = pybind11;

// An unset array in C order, or in Fortran order.
template <class T, std::size_t rank>
py::array_t<T> new_array(const Py_ssize_t (&shape)[rank], bool fortran = false) {
  const auto& numpy = py::detail::npy_api::get();
  PyObject* const dtype = numpy.PyArray_DescrFromType_(py::detail::npy_format_descriptor<T>::value);
  PyObject* const array =  // takes over the reference to dtype
      numpy.PyArray_NewFromDescr_(numpy.PyArray_Type_, dtype, static_cast<int>(rank), shape,
                                  nullptr, nullptr, fortran ? 1 : 0, nullptr);
  if (array == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::array_t<T>>(array);
}

}  // namespace me::bind
