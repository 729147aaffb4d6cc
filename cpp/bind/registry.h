// Each bind_<op>.cpp registers itself; module.cpp lists nothing.
#pragma once
#include <pybind11/pybind11.h>

#include <vector>

namespace me::bind {

namespace py = pybind11;

using Binder = void (*)(py::module_&);

inline std::vector<Binder>& binders() {
  static std::vector<Binder> all;
  return all;
}

struct Registration {
  explicit Registration(Binder binder) { binders().push_back(binder); }
};

}  // namespace me::bind

// ME_BIND(area) { module.def("area", ...); }
#define ME_BIND(op)                                                  \
  static void bind_##op(pybind11::module_&);                         \
  static const me::bind::Registration registration_##op(&bind_##op); \
  static void bind_##op([[maybe_unused]] pybind11::module_& module)
