#include "bind/cuda/device_arrays.h"
#include "bind/registry.h"
#include "ops/decode/decode.h"

namespace me::bind::decode_calls {

ME_BIND(decode) {
  module.def(
      "decode",
      [](const PythonQueue& on, const py::object& masks, const py::object& out,
         std::uint64_t value) {
        const cuda::DeviceRunsView runs = device_runs(masks);
        const auto view = DeviceView(out).stack<MutableMaskView>();
        require(view.n == runs.n, ErrorKind::shape_mismatch, "out", "expected one item per mask");
        const LockReleased release;
        cuda::decode(on.queue, runs, view, value);
      },
      py::arg("queue"), py::arg("masks"), py::arg("out"), py::arg("value"));
}

}  // namespace me::bind::decode_calls
