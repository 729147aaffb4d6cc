#include <utility>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/adjacency/adjacency.h"

namespace me::bind::adjacency_calls {

ME_BIND(adjacency) {
  module.def(
      "adjacency",
      [](const py::array& map, bool with_corners) {
        const MaskView view = mask_view(map);
        require(map.ndim() == 2, ErrorKind::shape_mismatch, "label_map", "expected shape (H, W)");
        require(view.height <= max_side && view.width <= max_side, ErrorKind::limit, "label_map",
                "expected sides below 2^31");
        cpu::Adjacency found;
        {
          const ReleaseLock release(double(map.nbytes()));
          found = cpu::adjacency(view, with_corners, current_exec());
        }
        return py::make_tuple(to_array(std::move(found.a)), to_array(std::move(found.b)),
                              to_array(std::move(found.edges)), to_array(std::move(found.corners)));
      },
      py::arg("label_map"), py::arg("with_corners"));
}

}  // namespace me::bind::adjacency_calls
