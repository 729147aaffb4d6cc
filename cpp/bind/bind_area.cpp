#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/area/area.h"

namespace me::bind::area_calls {

ME_BIND(area) {
  module.def(
      "area",
      [](const Batch& masks) {
        py::array_t<std::int64_t> areas(masks.view.n);
        std::int64_t* out = areas.mutable_data();
        const ReleaseLock release(2.0 * double(masks.view.n + masks.view.total_counts()));
        cpu::area(masks.view, out, current_exec());
        return areas;
      },
      py::arg("masks"));
}

}  // namespace me::bind::area_calls
