#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/bbox/bbox.h"

namespace me::bind::bbox_calls {

ME_BIND(bbox) {
  module.def(
      "bbox",
      [](const Batch& masks, bool xywh) {
        const double cost = double(6 * masks.view.n + masks.view.total_counts());
        const py::array::ShapeContainer shape{masks.view.n, std::int64_t{4}};
        const auto fill = [&](std::int64_t* out) {
          const ReleaseLock release(cost);
          cpu::bbox(masks.view, xywh, out, current_exec());
        };
        constexpr auto large = static_cast<std::int64_t>(large_block / (4 * sizeof(std::int64_t)));
        if (masks.view.n >= large) {  // a Buffer asks for large pages, NumPy does not always
          Buffer<std::int64_t> buffer(4 * masks.view.n);
          fill(buffer.data());
          return to_array(std::move(buffer), shape);
        }
        py::array_t<std::int64_t> boxes(shape);
        fill(boxes.mutable_data());
        return boxes;
      },
      py::arg("masks"), py::arg("xywh"));
}

}  // namespace me::bind::bbox_calls
