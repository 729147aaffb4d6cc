// Error kinds of the core -> exception classes of the package, once.
#pragma once
#include <pybind11/pybind11.h>

namespace me::bind {

void register_errors(pybind11::module_& module);

}  // namespace me::bind
