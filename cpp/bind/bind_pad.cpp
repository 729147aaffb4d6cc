#include "bind/batch.h"
#include "bind/per_mask.h"
#include "bind/registry.h"
#include "ops/pad/pad.h"

namespace me::bind::pad_calls {

ME_BIND(pad) {
  module.def(
      "pad",
      [](const DualBatch& masks, const py::object& widths) {
        const PerMask given(masks.n(), widths, 4, "widths");
        return in_either_form(masks, 50, 2, [&](const auto& view) {
          return cpu::pad(view, given.values, given.each, current_exec());
        });
      },
      py::arg("masks"), py::arg("widths"));
}

}  // namespace me::bind::pad_calls
