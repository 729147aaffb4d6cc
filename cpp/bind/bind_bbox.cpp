#include "bind/batch.h"
#include "bind/new_array.h"
#include "bind/registry.h"
#include "ops/bbox/bbox.h"

namespace me::bind::bbox_calls {

ME_BIND(bbox) {
  // None for what is no batch on the host
  module.def(
      "bbox",
      [](const py::object& masks, bool xywh) -> py::object {
        const HeldBatch held = held_batch(masks);
        if (held.batch == nullptr) return py::none();
        const RunsView& view = held.batch->runs().view;
        const double cost = double(6 * view.n + view.total_counts());
        const auto fill = [&](std::int64_t* out) {
          const ReleaseLock release(cost);
          cpu::bbox(view, xywh, out, current_exec());
        };
        constexpr auto large = static_cast<std::int64_t>(large_block / (4 * sizeof(std::int64_t)));
        if (view.n >= large) {  // a Buffer asks for large pages, NumPy does not always
          Buffer<std::int64_t> buffer(4 * view.n);
          fill(buffer.data());
          return to_array(std::move(buffer), {view.n, std::int64_t{4}});
        }
        auto boxes = new_array<std::int64_t>({view.n, 4});
        fill(boxes.mutable_data());
        return std::move(boxes);
      },
      py::arg("masks"), py::arg("xywh"));
}

}  // namespace me::bind::bbox_calls
