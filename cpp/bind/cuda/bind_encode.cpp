#include <pybind11/stl.h>

#include <optional>

#include "bind/cuda/device_arrays.h"
#include "bind/registry.h"
#include "ops/encode/encode.h"

namespace me::bind::encode_calls {

ME_BIND(encode) {
  module.def(
      "encode",
      [](const PythonQueue& on, const py::object& masks, std::optional<double> threshold) {
        const auto view = DeviceView(masks).stack<MaskView>();
        require(view.height <= max_side && view.width <= max_side, ErrorKind::limit, "mask",
                "expected sides below 2^31");
        return masks_of([&] { return cuda::encode(on.queue, view, threshold); });
      },
      py::arg("queue"), py::arg("masks"), py::arg("threshold") = py::none());
}

}  // namespace me::bind::encode_calls
