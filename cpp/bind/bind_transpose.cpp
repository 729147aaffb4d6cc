#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/transpose/transpose.h"

namespace me::bind::transpose_calls {

ME_BIND(transpose) {
  module.def(
      "transpose",
      [](const DualBatch& masks) {
        const auto call = [&](const auto& view) { return cpu::transpose(view, current_exec()); };
        return in_either_form(masks, 200, 8, call, 6);
      },
      py::arg("masks"));
}

}  // namespace me::bind::transpose_calls
