#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/transpose/transpose.h"

namespace me::bind::transpose_calls {

ME_BIND(transpose) {
  module.def(
      "transpose",
      [](const Batch& masks) {
        const ReleaseLock release(double(200 * masks.view.n + 8 * masks.view.total_counts()));
        return wrap(cpu::transpose(masks.view, current_exec()));
      },
      py::arg("masks"));
}

}  // namespace me::bind::transpose_calls
