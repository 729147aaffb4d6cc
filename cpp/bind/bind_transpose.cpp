#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/transpose/transpose.h"

namespace me::bind::transpose_calls {

ME_BIND(transpose) {
  module.def(
      "transpose",
      [](const DualBatch& masks) {
        return in_either_form(
            masks, 200, 8, [&](const auto& view) { return cpu::transpose(view, current_exec()); });
      },
      py::arg("masks"));
}

}  // namespace me::bind::transpose_calls
