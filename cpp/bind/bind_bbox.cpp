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
        const std::int64_t n = held.batch->n();
        const auto fill = [&](std::int64_t* out) {
          if (const PackedView* bits = held.batch->made_bits()) {
            const ReleaseLock release(0.5 * double(bits->total_words()));
            return cpu::bbox(*bits, xywh, out, current_exec());
          }
          const RunsView& view = held.batch->runs().view;
          const ReleaseLock release(double(6 * n + view.total_counts()));
          cpu::bbox(view, xywh, out, current_exec());
        };
        constexpr auto large = static_cast<std::int64_t>(large_block / (4 * sizeof(std::int64_t)));
        if (n >= large) {  // a Buffer asks for large pages, NumPy does not always
          Buffer<std::int64_t> buffer(4 * n);
          fill(buffer.data());
          return to_array(std::move(buffer), {n, std::int64_t{4}});
        }
        auto boxes = new_array<std::int64_t>({n, 4});
        fill(boxes.mutable_data());
        return std::move(boxes);
      },
      py::arg("masks"), py::arg("xywh"));
}

}  // namespace me::bind::bbox_calls
