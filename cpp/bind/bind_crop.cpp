#include "bind/batch.h"
#include "bind/per_mask.h"
#include "bind/registry.h"
#include "ops/crop/crop.h"

namespace me::bind::crop_calls {

ME_BIND(crop) {
  module.def(
      "crop",
      [](const Batch& masks, const py::object& boxes) {
        const PerMask given(masks, boxes, 4, "boxes");
        const ReleaseLock release(double(50 * masks.view.n + 2 * masks.view.total_counts()));
        return wrap(cpu::crop(masks.view, given.values, given.each, current_exec()));
      },
      py::arg("masks"), py::arg("boxes"));
}

}  // namespace me::bind::crop_calls
