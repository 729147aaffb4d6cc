// The Python module: version, errors, and whatever registered itself.
#include "bind/errors.h"
#include "bind/registry.h"

namespace {

namespace py = pybind11;

std::string kind_of(const py::object& value) {
  return py::str(py::type::of(value).attr("__name__"));
}

// copyreg would make an instance of pybind11's own base, which ends the process.
void refuse_pickles(const py::module_& module) {
  for (const auto& item : py::dict(module.attr("__dict__"))) {
    if (!PyType_Check(item.second.ptr())) continue;
    const auto type = py::reinterpret_borrow<py::type>(item.second);
    if (!py::detail::get_type_info(reinterpret_cast<PyTypeObject*>(type.ptr()))) continue;
    for (const char* name : {"__reduce__", "__reduce_ex__"}) {
      type.attr(name) = py::cpp_function(
          [](const py::object& self, const py::args&) -> py::object {
            throw py::type_error("cannot pickle or copy a " + kind_of(self));
          },
          py::name(name), py::is_method(type));
    }
  }
}

}  // namespace

PYBIND11_MODULE(_core, module, pybind11::mod_gil_not_used()) {
  module.doc() = "Kernels of maskengine. Private: call them through the maskengine package.";
  module.attr("__version__") = ME_VERSION;
  me::bind::register_errors(module);
  me::bind::bind_all(module);
  refuse_pickles(module);
}
