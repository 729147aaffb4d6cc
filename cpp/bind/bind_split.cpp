#include <utility>

#include "bind/arrays.h"
#include "bind/component_stats.h"
#include "bind/registry.h"
#include "ops/split/split.h"

namespace me::bind::split_calls {

ME_BIND(split) {
  module.def(
      "split",
      [](const py::array& map, bool measured) {
        const MaskView view = mask_view(map);
        require(map.ndim() == 2, ErrorKind::shape_mismatch, "label_map", "expected shape (H, W)");
        require(view.height <= max_side && view.width <= max_side, ErrorKind::limit, "label_map",
                "expected sides below 2^31");
        LabelMasks found;
        {
          const ReleaseLock release(double(map.nbytes()));
          found = cpu::split(view, measured, current_exec());
        }
        py::object stats = py::none();
        if (measured) stats = to_tuple(std::move(found.stats));
        return py::make_tuple(wrap(std::move(found.masks)), to_array(std::move(found.ids)), stats);
      },
      py::arg("label_map"), py::arg("measured"));
}

}  // namespace me::bind::split_calls
