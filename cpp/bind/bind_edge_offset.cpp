#include <utility>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/edge_offset/edge_offset.h"

namespace me::bind::edge_offset_calls {

ME_BIND(edge_offset) {
  module.def(
      "edge_offset",
      [](const py::array& reference, const py::array& other, double limit, int metric) {
        const MaskView first = mask_view(reference);
        const MaskView second = mask_view(other);
        require(first.n == 1 && second.n == 1 && first.height == second.height &&
                    first.width == second.width && first.element == second.element,
                ErrorKind::shape_mismatch, "other",
                "expected the shape and dtype of the reference");
        for (const MaskView& view : {first, second}) {
          require(view.width <= 1 || view.height == 0 ||
                      view.column_stride == element_bytes(view.element),
                  ErrorKind::type, "other", "expected rows whose pixels lie side by side");
        }
        require(limit > 0 && limit <= double(cpu::max_edge_offset) && metric >= 0 && metric < 3,
                ErrorKind::argument, "limit", "expected a number in (0, 64]");
        cpu::EdgeOffsets found;
        {
          const ReleaseLock release(double(reference.nbytes()));
          found = cpu::edge_offset(first, second, limit, static_cast<cpu::Metric>(metric),
                                   current_exec());
        }
        return py::make_tuple(to_array(std::move(found.a)), to_array(std::move(found.b)),
                              to_array(std::move(found.edges)), to_array(std::move(found.clipped)),
                              to_array(std::move(found.elsewhere)), to_array(std::move(found.sum)),
                              to_array(std::move(found.squares)));
      },
      py::arg("reference"), py::arg("other"), py::arg("limit"), py::arg("metric"));
}

}  // namespace me::bind::edge_offset_calls
