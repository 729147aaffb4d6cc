#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/decode/decode.h"

namespace me::bind {

ME_BIND(decode) {
  // The package has checked that the shapes agree and that `value` fits the dtype.
  module.def(
      "decode",
      [](const Batch& masks, py::array out, std::uint64_t value, bool is_zero) {
        const MutableMaskView view = mutable_mask_view(out);
        require(view.n == masks.view.n, ErrorKind::shape_mismatch, "out",
                "expected as many masks as in the batch");
        for (std::int64_t i = 0; i < view.n; i++) {
          require(masks.view.size(i) == Size{view.height, view.width}, ErrorKind::shape_mismatch,
                  "out", "expected the size of the mask", i);
        }
        const ReleaseLock release(0.1 * double(out.nbytes()));
        cpu::decode(masks.view, view, value, is_zero, current_exec());
      },
      py::arg("masks"), py::arg("out"), py::arg("value"), py::arg("is_zero") = false);
}

}  // namespace me::bind
