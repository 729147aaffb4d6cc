// Each bind_<op>.cpp registers itself; module.cpp lists nothing. It is a namespace of its own,
// me::bind::<op>_calls, as several may be compiled as one source.
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
  // Types come first: the signature of a function names only types that are known by then.
  Registration(Binder binder, bool types) {
    binders().insert(types ? binders().begin() : binders().end(), binder);
  }
};

}  // namespace me::bind

// ME_BIND(area) { module.def("area", ...); } and ME_BIND_TYPES(runs) for what defines a class.
#define ME_BIND(op) ME_REGISTER(op, false)
#define ME_BIND_TYPES(op) ME_REGISTER(op, true)
#define ME_REGISTER(op, types)                                              \
  static void bind_##op(pybind11::module_&);                                \
  static const me::bind::Registration registration_##op(&bind_##op, types); \
  static void bind_##op([[maybe_unused]] pybind11::module_& module)
