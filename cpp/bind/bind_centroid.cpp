#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/centroid/centroid.h"

namespace me::bind::centroid_calls {

ME_BIND(centroid) {
  module.def(
      "centroid",
      [](const Batch& masks) {
        py::array_t<double> points({masks.view.n, std::int64_t{2}});
        double* out = points.mutable_data();
        const ReleaseLock release(double(10 * masks.view.n + masks.view.total_counts()));
        cpu::centroid(masks.view, out, current_exec());
        return points;
      },
      py::arg("masks"));
}

}  // namespace me::bind::centroid_calls
