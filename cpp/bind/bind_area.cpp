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
        auto areas = new_array<std::int64_t>({held.batch->n()});
        std::int64_t* out = areas.mutable_data();
        if (const PackedView* bits = held.batch->bits()) {
          const ReleaseLock release(0.5 * double(bits->total_words()));
          cpu::area(*bits, out, current_exec());
          return std::move(areas);
        }
        const RunsView& view = held.batch->runs().view;
        const ReleaseLock release(2.0 * double(view.n + view.total_counts()));
        cpu::area(view, out, current_exec());
        return std::move(areas);
      },
      py::arg("masks"));
}

}  // namespace me::bind::area_calls
