#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/bbox/bbox.h"

namespace me::bind {

ME_BIND(bbox) {
  module.def(
      "bbox",
      [](const Batch& masks, bool xywh) {
        py::array_t<std::int64_t> boxes({masks.view.n, std::int64_t{4}});
        std::int64_t* out = boxes.mutable_data();
        const ReleaseLock release(double(6 * masks.view.n + masks.view.total_counts()));
        cpu::bbox(masks.view, xywh, out, current_exec());
        return boxes;
      },
      py::arg("masks"), py::arg("xywh"));
}

}  // namespace me::bind
