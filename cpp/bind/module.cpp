// The Python module: version, errors, and whatever registered itself.
#include "bind/errors.h"
#include "bind/pickles.h"
#include "bind/registry.h"

PYBIND11_MODULE(_core, module, pybind11::mod_gil_not_used()) {
  module.doc() = "Kernels of maskengine. Private: call them through the maskengine package.";
  module.attr("__version__") = ME_VERSION;
  me::bind::register_errors(module);
  me::bind::bind_all(module);
  me::bind::refuse_pickles(module);
}
