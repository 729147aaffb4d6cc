#include "bind/cuda/device_arrays.h"
#include "bind/registry.h"
#include "ops/compose/compose.h"

namespace me::bind::compose_calls {

ME_BIND(compose) {
  module.def(
      "compose",
      [](const PythonQueue& on, const py::object& masks, const py::object& labels,
         const py::object& order, const py::object& map) {
        const cuda::DeviceRunsView runs = device_runs(masks);
        const auto* const values = DeviceView(labels).values<std::uint64_t>(runs.n);
        const auto* const places = DeviceView(order).values<std::int64_t>(runs.n);
        const auto view = DeviceView(map).stack<MutableMaskView>();
        require(view.n == 1, ErrorKind::shape_mismatch, "out", "expected one map");
        const LockReleased release;
        cuda::compose(on.queue, runs, values, places, view);
      },
      py::arg("queue"), py::arg("masks"), py::arg("labels"), py::arg("order"), py::arg("map"));
}

}  // namespace me::bind::compose_calls
