#include "bind/batch.h"
#include "bind/per_mask.h"
#include "bind/registry.h"
#include "ops/resize/resize.h"

namespace me::bind::resize_calls {

ME_BIND(resize) {
  module.def(
      "resize",
      [](const DualBatch& masks, const py::object& sizes, bool opencv) {
        const PerMask given(masks.n(), sizes, 2, "size");
        return in_either_form(masks, 100, 5, [&](const auto& view) {
          return cpu::resize(view, given.values, given.each,
                             opencv ? cpu::Nearest::opencv : cpu::Nearest::centre, current_exec());
        });
      },
      py::arg("masks"), py::arg("sizes"), py::arg("opencv"));
}

}  // namespace me::bind::resize_calls
