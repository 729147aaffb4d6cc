// A class of the module, whose objects only its functions give. Where Python has no memory for one,
// that is a MemoryError: pybind11 writes to what tp_alloc gave without a look.
#pragma once
#include <pybind11/pybind11.h>

#include <new>

namespace me::bind {

namespace py = pybind11;

inline PyObject* allocate_or_throw(PyTypeObject* type, Py_ssize_t n) {
  PyObject* object = PyType_GenericAlloc(type, n);
  if (object == nullptr) throw std::bad_alloc();
  return object;
}

template <class T, class... Options, class... Extra>
py::class_<T, Options...> native_class(py::module_& module, const char* name,
                                       const Extra&... extra) {
  const auto set_up = [](PyHeapTypeObject* type) {
    type->ht_type.tp_alloc = allocate_or_throw;
    // or Python would make objects as well, and knows nothing of what C++ throws
    type->ht_type.tp_flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION;
  };
  return py::class_<T, Options...>(module, name, py::custom_type_setup(set_up), extra...);
}

}  // namespace me::bind
