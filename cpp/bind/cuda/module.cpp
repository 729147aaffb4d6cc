// The GPU module: what device there is, and the kernels that have a CUDA form.
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include "base/device_status.h"
#include "bind/errors.h"
#include "bind/registry.h"

PYBIND11_MODULE(_cuda, module, pybind11::mod_gil_not_used()) {
  module.doc() = "GPU kernels of maskengine. Private: call them through the maskengine package.";
  module.attr("__version__") = ME_VERSION;
  me::bind::register_errors(module);
  module.def("status", me::cuda::device_status);
  me::bind::bind_all(module);
}
