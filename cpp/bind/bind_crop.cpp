#include "bind/batch.h"
#include "bind/per_mask.h"
#include "bind/registry.h"
#include "ops/crop/crop.h"

namespace me::bind::crop_calls {

ME_BIND(crop) {
  module.def(
      "crop",
      [](const DualBatch& masks, const py::object& boxes) {
        const PerMask given(masks.n(), boxes, 4, "boxes");
        return in_either_form(masks, 50, 2, [&](const auto& view) {
          return cpu::crop(view, given.values, given.each, current_exec());
        });
      },
      py::arg("masks"), py::arg("boxes"));
}

}  // namespace me::bind::crop_calls
