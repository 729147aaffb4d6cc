#include "bind/batch.h"
#include "bind/new_array.h"
#include "bind/registry.h"
#include "ops/area/area.h"

namespace me::bind::area_calls {

ME_BIND(area) {
  // None for what is no batch on the host
  module.def(
      "area",
      [](const py::object& masks) -> py::object {
        const HeldBatch held = held_batch(masks);
        if (held.batch == nullptr) return py::none();
        const RunsView& view = held.batch->view;
        auto areas = new_array<std::int64_t>({view.n});
        std::int64_t* out = areas.mutable_data();
        const ReleaseLock release(2.0 * double(view.n + view.total_counts()));
        cpu::area(view, out, current_exec());
        return std::move(areas);
      },
      py::arg("masks"));
}

}  // namespace me::bind::area_calls
