#include "bind/cuda/device_arrays.h"
#include "bind/registry.h"
#include "ops/area/area.h"

namespace me::bind::area_calls {

ME_BIND(area) {
  module.def(
      "area",
      [](const PythonQueue& on, const py::object& masks, const py::object& areas) {
        const cuda::DeviceRunsView runs = device_runs(masks);
        std::int64_t* const out = DeviceView(areas).values<std::int64_t>(runs.n);
        const LockReleased release;
        cuda::area(on.queue, runs, out);
      },
      py::arg("queue"), py::arg("masks"), py::arg("areas"));
}

}  // namespace me::bind::area_calls
