#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/perimeter/perimeter.h"

namespace me::bind::perimeter_calls {

ME_BIND(perimeter) {
  module.def(
      "perimeter",
      [](const Batch& masks) {
        py::array_t<std::int64_t> lengths(masks.view.n);
        std::int64_t* out = lengths.mutable_data();
        const ReleaseLock release(double(10 * masks.view.n + 2 * masks.view.total_counts()));
        cpu::perimeter(masks.view, out, current_exec());
        return lengths;
      },
      py::arg("masks"));
}

}  // namespace me::bind::perimeter_calls
