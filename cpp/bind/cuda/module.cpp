// The GPU module: what device there is, and the operations that have a CUDA form. Compiled a second
// time over kernels for the host, as maskengine.testing._emulated, for tests without a GPU.
#include <pybind11/pybind11.h>

#include "base/device_status.h"
#include "bind/cuda/device_arrays.h"
#include "bind/errors.h"
#include "bind/pickles.h"
#include "bind/registry.h"

#if defined(ME_EMULATION)
PYBIND11_MODULE(_emulated, module, pybind11::mod_gil_not_used()) {
  module.doc() = "GPU kernels of maskengine, compiled for the host. Slow: for tests.";
#else
PYBIND11_MODULE(_cuda, module, pybind11::mod_gil_not_used()) {
  module.doc() = "GPU kernels of maskengine. Private: call them through the maskengine package.";
  module.def("status", me::cuda::device_status, pybind11::arg("device") = -1);
#endif
  module.attr("__version__") = ME_VERSION;
  me::bind::register_errors(module);
  me::bind::register_queue(module);  // first: all signatures name it
  me::bind::bind_all(module);
  me::bind::refuse_pickles(module);
}
