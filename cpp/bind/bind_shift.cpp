#include "bind/batch.h"
#include "bind/per_mask.h"
#include "bind/registry.h"
#include "ops/shift/shift.h"

namespace me::bind::shift_calls {

ME_BIND(shift) {
  module.def(
      "shift",
      [](const DualBatch& masks, const py::object& offsets) {
        const PerMask given(masks.n(), offsets, 2, "offsets");
        return in_either_form(masks, 50, 2, [&](const auto& view) {
          return cpu::shift(view, given.values, given.each, current_exec());
        });
      },
      py::arg("masks"), py::arg("offsets"));
}

}  // namespace me::bind::shift_calls
