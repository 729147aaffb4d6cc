#include <pybind11/native_enum.h>

#include "bind/polygon_batch.h"
#include "bind/registry.h"
#include "ops/polygonize/polygonize.h"

namespace me::bind {

ME_BIND(polygonize) {
  py::native_enum<Connectivity>(module, "Connectivity", "enum.Enum")
      .value("four", Connectivity::four)
      .value("eight", Connectivity::eight)
      .finalize();
  py::native_enum<Holes>(module, "Holes", "enum.Enum")
      .value("rings", Holes::rings)
      .value("bridge", Holes::bridge)
      .finalize();
  module.def(
      "polygonize",
      [](const Batch& masks, Connectivity connectivity, Holes holes) {
        const ReleaseLock release(15.0 * double(masks.view.n + masks.view.total_counts()));
        return wrap(cpu::polygonize(masks.view, connectivity, holes, current_exec()));
      },
      py::arg("masks"), py::arg("connectivity"), py::arg("holes"));
}

}  // namespace me::bind
