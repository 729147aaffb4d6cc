// Objects of a module live in one process: they say so when they are pickled or copied.
#pragma once

#include <pybind11/pybind11.h>

#include <string>

namespace me::bind {

namespace py = pybind11;

inline py::type_error not_copied(const py::object& value) {
  const py::str name = py::type::of(value).attr("__name__");
  return py::type_error("cannot pickle or copy a " + std::string(name));
}

// copyreg would make an instance of pybind11's own base, which ends the process.
inline void refuse_pickles(const py::module_& module) {
  for (const auto& item : py::dict(module.attr("__dict__"))) {
    if (!PyType_Check(item.second.ptr())) continue;
    const auto type = py::reinterpret_borrow<py::type>(item.second);
    if (!py::detail::get_type_info(reinterpret_cast<PyTypeObject*>(type.ptr()))) continue;
    type.attr("__reduce__") =
        py::cpp_function([](const py::object& self) -> py::tuple { throw not_copied(self); },
                         py::name("__reduce__"), py::is_method(type));
    type.attr("__reduce_ex__") =
        py::cpp_function([](const py::object& self, int) -> py::tuple { throw not_copied(self); },
                         py::name("__reduce_ex__"), py::is_method(type), py::arg("protocol"));
  }
}

}  // namespace me::bind
