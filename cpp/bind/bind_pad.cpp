#include "bind/batch.h"
#include "bind/per_mask.h"
#include "bind/registry.h"
#include "ops/pad/pad.h"

namespace me::bind::pad_calls {

ME_BIND(pad) {
  module.def(
      "pad",
      [](const Batch& masks, const py::object& widths) {
        const PerMask given(masks, widths, 4, "widths");
        const ReleaseLock release(double(50 * masks.view.n + 2 * masks.view.total_counts()));
        return wrap(cpu::pad(masks.view, given.values, given.each, current_exec()));
      },
      py::arg("masks"), py::arg("widths"));
}

}  // namespace me::bind::pad_calls
