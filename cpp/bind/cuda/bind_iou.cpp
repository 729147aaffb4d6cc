#include "bind/cuda/device_arrays.h"
#include "bind/registry.h"
#include "ops/iou/iou.h"

namespace me::bind::iou_calls {

ME_BIND(iou) {
  module.def(
      "iou",
      [](const PythonQueue& on, const py::object& a, const py::object& b, const py::object& crowd,
         bool diagonal, const py::object& out) {
        const cuda::DeviceRunsView first = device_runs(a);
        const cuda::DeviceRunsView second = device_runs(b);
        const std::uint8_t* const flags =
            crowd.is_none() ? nullptr : DeviceView(crowd).values<std::uint8_t>(second.n);
        double* const values =
            DeviceView(out).values<double>(diagonal ? first.n : first.n * second.n);
        const LockReleased release;
        cuda::iou(on.queue, first, second, flags, diagonal, values);
      },
      py::arg("queue"), py::arg("a"), py::arg("b"), py::arg("crowd"), py::arg("diagonal"),
      py::arg("out"));
}

}  // namespace me::bind::iou_calls
