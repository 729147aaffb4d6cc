#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/moments/moments.h"

namespace me::bind::moments_calls {

ME_BIND(moments) {
  module.def(
      "moments",
      [](const Batch& masks) {
        py::array_t<double> values({masks.view.n, std::int64_t{cpu::moment_count}});
        double* out = values.mutable_data();
        const ReleaseLock release(double(40 * masks.view.n + 2 * masks.view.total_counts()));
        cpu::moments(masks.view, out, current_exec());
        return values;
      },
      py::arg("masks"));
}

}  // namespace me::bind::moments_calls
