#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/flip/flip.h"

namespace me::bind::flip_calls {

ME_BIND(flip) {
  module.def(
      "flip",
      [](const Batch& masks, bool upside_down) {
        const ReleaseLock release(double(50 * masks.view.n + 3 * masks.view.total_counts()));
        return wrap(cpu::flip(masks.view,
                              upside_down ? cpu::Flip::upside_down : cpu::Flip::left_right,
                              current_exec()));
      },
      py::arg("masks"), py::arg("upside_down"));
}

}  // namespace me::bind::flip_calls
