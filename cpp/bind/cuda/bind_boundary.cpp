#include "bind/cuda/device_arrays.h"
#include "bind/registry.h"
#include "ops/boundary/boundary.h"

namespace me::bind::boundary_calls {
namespace {

// The package has checked `shape` and `side`, the indices of a Shape and a BandSide.
BandRule rule_of(int side, bool border_set, int shape, double y, double x) {
  return {{static_cast<Shape>(shape), y, x}, static_cast<BandSide>(side), !border_set};
}

}  // namespace

ME_BIND(boundary) {
  module.def(
      "boundary",
      [](const PythonQueue& on, const py::object& masks, int shape, double y, double x, int side,
         bool border_set) {
        const cuda::DeviceRunsView runs = device_runs(masks);
        const HostSizes sizes = host_sizes(masks, runs.n);
        const BandRule rule = rule_of(side, border_set, shape, y, x);
        return masks_of([&] { return cuda::boundary(on.queue, runs, sizes.data(), rule); });
      },
      py::arg("queue"), py::arg("masks"), py::arg("shape"), py::arg("y"), py::arg("x"),
      py::arg("side"), py::arg("border_set"));
  module.def(
      "boundary_array",
      [](const PythonQueue& on, const py::object& masks, bool valued, const py::object& out,
         int shape, double y, double x, int side, bool border_set) {
        const auto from = DeviceView(masks).stack<MaskView>();
        const auto to = DeviceView(out).stack<MutableMaskView>();
        require(from.n == to.n && from.height == to.height && from.width == to.width,
                ErrorKind::shape_mismatch, "out", "expected the shape of the masks");
        const BandRule rule = rule_of(side, border_set, shape, y, x);
        const LockReleased release;
        cuda::boundary(on.queue, from, valued, to, rule);
      },
      py::arg("queue"), py::arg("masks"), py::arg("valued"), py::arg("out"), py::arg("shape"),
      py::arg("y"), py::arg("x"), py::arg("side"), py::arg("border_set"));
}

}  // namespace me::bind::boundary_calls
