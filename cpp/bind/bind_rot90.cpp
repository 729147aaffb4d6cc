#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/rot90/rot90.h"

namespace me::bind::rot90_calls {

ME_BIND(rot90) {
  module.def(
      "rot90",
      [](const Batch& masks, int k) {
        const ReleaseLock release(double(200 * masks.view.n + 8 * masks.view.total_counts()));
        return wrap(cpu::rot90(masks.view, k & 3, current_exec()));
      },
      py::arg("masks"), py::arg("k"));
}

}  // namespace me::bind::rot90_calls
