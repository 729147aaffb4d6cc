#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/perimeter/perimeter.h"

namespace me::bind::perimeter_calls {

ME_BIND(perimeter) {
  module.def(
      "perimeter",
      [](const DualBatch& masks) {
        py::array_t<std::int64_t> lengths(masks.n());
        std::int64_t* out = lengths.mutable_data();
        if (const PackedView* bits = masks.bits()) {
          const ReleaseLock release(2 * double(bits->total_words()));
          cpu::perimeter(*bits, out, current_exec());
        } else {
          const RunsView& view = masks.runs().view;
          const ReleaseLock release(double(10 * view.n + 2 * view.total_counts()));
          cpu::perimeter(view, out, current_exec());
        }
        return lengths;
      },
      py::arg("masks"));
}

}  // namespace me::bind::perimeter_calls
