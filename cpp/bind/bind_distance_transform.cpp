#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/reach.h"
#include "bind/registry.h"
#include "ops/distance_transform/distance_transform.h"

namespace me::bind::distance_transform_calls {

ME_BIND(distance_transform) {
  // The package has checked the metric (the index of a DistanceMetric), spacing and dtypes.
  module.def(
      "distance_transform",
      [](const py::array& masks, py::array out, int metric, double y, double x, bool is_signed) {
        const ArrayPair arrays(masks, out);
        const cpu::DistanceRule rule{static_cast<cpu::DistanceMetric>(metric), y, x, is_signed};
        const ReleaseLock release(5 * arrays.pixels());
        cpu::distance_transform(arrays.masks, arrays.out, rule, current_exec());
      },
      py::arg("masks"), py::arg("out"), py::arg("metric"), py::arg("y"), py::arg("x"),
      py::arg("is_signed"));
}

}  // namespace me::bind::distance_transform_calls
