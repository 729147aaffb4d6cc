#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/largest_rectangle/largest_rectangle.h"

namespace me::bind::largest_rectangle_calls {

ME_BIND(largest_rectangle) {
  module.def(
      "largest_rectangle",
      [](const Batch& masks) {
        py::array_t<std::int64_t> values({masks.view.n, std::int64_t{4}});
        std::int64_t* out = values.mutable_data();
        const ReleaseLock release(double(100 * masks.view.n + 30 * masks.view.total_counts()));
        cpu::largest_rectangle(masks.view, out, current_exec());
        return values;
      },
      py::arg("masks"));
}

}  // namespace me::bind::largest_rectangle_calls
