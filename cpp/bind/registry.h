// Each bind_<op>.cpp registers itself; module.cpp lists nothing. It is a namespace of its own,
// me::bind::<op>_calls, as several may be compiled as one source.
#pragma once
#include <pybind11/pybind11.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace me::bind {

namespace py = pybind11;

using Binder = void (*)(py::module_&);

struct Registered {
  bool types;
  const char* name;
  Binder binder;

  // Types come first, since the signature of a function names only types that are known by then;
  // else by name, so that the order does not hang on how sources were compiled together.
  bool operator<(const Registered& other) const {
    return types != other.types ? types : std::strcmp(name, other.name) < 0;
  }
};

inline std::vector<Registered>& registered() {
  static std::vector<Registered> all;
  return all;
}

// Calls every binder, in order.
inline void bind_all(py::module_& module) {
  std::sort(registered().begin(), registered().end());
  for (const Registered& one : registered()) one.binder(module);
}

struct Registration {
  Registration(const char* name, Binder binder, bool types) {
    registered().push_back({types, name, binder});
  }
};

}  // namespace me::bind

// ME_BIND(area) { module.def("area", ...); } and ME_BIND_TYPES(runs) for what defines a class.
#define ME_BIND(op) ME_REGISTER(op, false)
#define ME_BIND_TYPES(op) ME_REGISTER(op, true)
#define ME_REGISTER(op, types)                                                   \
  static void bind_##op(pybind11::module_&);                                     \
  static const me::bind::Registration registration_##op(#op, &bind_##op, types); \
  static void bind_##op([[maybe_unused]] pybind11::module_& module)
