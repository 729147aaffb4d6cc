#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/bytes.h"
#include "bind/registry.h"
#include "ops/compose/compose.h"

namespace me::bind::compose_calls {

ME_BIND(compose) {
  module.def(
      "compose",
      [](const DualBatch& masks, const Column<std::uint64_t>& labels,
         const Column<std::int64_t>& order, py::array map) {
        const MutableMaskView view = mutable_mask_view(map);
        const std::int64_t n = masks.n();
        require(map.ndim() == 2, ErrorKind::shape_mismatch, "out", "expected shape (H, W)");
        require(labels.size() == n && order.size() == n, ErrorKind::shape_mismatch, "labels",
                "expected one for each mask");
        for (std::int64_t i = 0; i < n; i++) {
          require(masks.size(i) == Size{view.height, view.width}, ErrorKind::shape_mismatch,
                  "masks", "expected the size of the map", i);
          require(order.at(i) >= 0 && order.at(i) < n, ErrorKind::argument, "z",
                  "expected an order of the masks", i);
        }
        if (const PackedView* bits = masks.bits()) {
          const ReleaseLock release(0.1 * double(map.nbytes()) +
                                    20.0 * double(bits->total_words()));
          if (cpu::compose(*bits, labels.data(), order.data(), view, current_exec())) return;
        }
        const RunsView& runs = masks.runs().view;
        const ReleaseLock release(0.1 * double(map.nbytes()) + 5.0 * double(runs.total_counts()));
        cpu::compose(runs, labels.data(), order.data(), view, current_exec());
      },
      py::arg("masks"), py::arg("labels"), py::arg("order"), py::arg("map"));
}

}  // namespace me::bind::compose_calls
