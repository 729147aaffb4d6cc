#include "bind/batch.h"
#include "bind/per_mask.h"
#include "bind/registry.h"
#include "ops/shift/shift.h"

namespace me::bind::shift_calls {

ME_BIND(shift) {
  module.def(
      "shift",
      [](const Batch& masks, const py::object& offsets) {
        const PerMask given(masks, offsets, 2, "offsets");
        const ReleaseLock release(double(50 * masks.view.n + 2 * masks.view.total_counts()));
        return wrap(cpu::shift(masks.view, given.values, given.each, current_exec()));
      },
      py::arg("masks"), py::arg("offsets"));
}

}  // namespace me::bind::shift_calls
