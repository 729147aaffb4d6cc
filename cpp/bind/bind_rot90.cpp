#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/rot90/rot90.h"

namespace me::bind::rot90_calls {

ME_BIND(rot90) {
  module.def(
      "rot90",
      [](const DualBatch& masks, int k) {
        const auto call = [&](const auto& view) { return cpu::rot90(view, k & 3, current_exec()); };
        return in_either_form(masks, 200, 8, call, 6);
      },
      py::arg("masks"), py::arg("k"));
}

}  // namespace me::bind::rot90_calls
