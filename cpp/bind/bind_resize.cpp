#include "bind/batch.h"
#include "bind/per_mask.h"
#include "bind/registry.h"
#include "ops/resize/resize.h"

namespace me::bind::resize_calls {

ME_BIND(resize) {
  module.def(
      "resize",
      [](const Batch& masks, const py::object& sizes, bool opencv) {
        const PerMask given(masks, sizes, 2, "size");
        const ReleaseLock release(double(100 * masks.view.n + 5 * masks.view.total_counts()));
        return wrap(cpu::resize(masks.view, given.values, given.each,
                                opencv ? cpu::Nearest::opencv : cpu::Nearest::centre,
                                current_exec()));
      },
      py::arg("masks"), py::arg("sizes"), py::arg("opencv"));
}

}  // namespace me::bind::resize_calls
