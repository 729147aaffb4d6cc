#include "bind/cuda/device_arrays.h"
#include "bind/registry.h"
#include "ops/bbox/bbox.h"

namespace me::bind::bbox_calls {

ME_BIND(bbox) {
  module.def(
      "bbox",
      [](const PythonQueue& on, const py::object& masks, const py::object& sizes, bool xywh,
         const py::object& boxes) {
        const cuda::DeviceRunsView runs = device_runs(masks);
        const auto* const sides = DeviceView(sizes).values<std::int64_t>(2 * runs.n);
        std::int64_t* const out = DeviceView(boxes).values<std::int64_t>(4 * runs.n);
        const LockReleased release;
        cuda::bbox(on.queue, runs, sides, xywh, out);
      },
      py::arg("queue"), py::arg("masks"), py::arg("sizes"), py::arg("xywh"), py::arg("boxes"));
}

}  // namespace me::bind::bbox_calls
