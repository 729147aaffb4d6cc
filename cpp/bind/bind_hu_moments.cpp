#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/hu_moments/hu_moments.h"
#include "ops/moments/moments.h"

namespace me::bind::hu_moments_calls {

ME_BIND(hu_moments) {
  module.def(
      "hu_moments",
      [](const Batch& masks) {
        const std::int64_t n = masks.view.n;
        py::array_t<double> values({n, cpu::hu_count});
        double* out = values.mutable_data();
        const ReleaseLock release(double(60 * n + 2 * masks.view.total_counts()));
        Buffer<double> found(n * cpu::moment_count);
        cpu::moments(masks.view, found.data(), current_exec());
        // the last seven of a row are the normalised ones
        cpu::hu_moments(found.data() + cpu::moment_count - cpu::hu_count, cpu::moment_count, n,
                        out);
        return values;
      },
      py::arg("masks"));
}

}  // namespace me::bind::hu_moments_calls
