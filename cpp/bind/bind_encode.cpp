#include <pybind11/stl.h>

#include <optional>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/encode/encode.h"

namespace me::bind::encode_calls {

ME_BIND(encode) {
  module.def(
      "encode",
      [](const py::array& masks, std::optional<double> threshold) {
        const MaskView view = mask_view(masks);
        require(view.height <= max_side && view.width <= max_side, ErrorKind::limit, "mask",
                "expected sides below 2^31");
        const ReleaseLock release(0.08 * double(masks.nbytes()));
        return wrap(cpu::encode(view, threshold, current_exec()));
      },
      py::arg("masks"), py::arg("threshold") = py::none());
}

}  // namespace me::bind::encode_calls
