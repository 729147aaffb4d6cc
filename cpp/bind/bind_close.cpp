#include "bind/reach.h"
#include "bind/registry.h"
#include "ops/close/close.h"

namespace me::bind::close_calls {

ME_BIND(close) {
  module.def(
      "close",
      [](const DualBatch& masks, int shape, double y, double x, bool border_set) {
        const Reach reach = reach_of(shape, y, x);
        return morphology_of(masks, reach, 1, [&](const auto& view) {
          return cpu::close(view, reach, border_set, current_exec());
        });
      },
      py::arg("masks"), py::arg("shape"), py::arg("y"), py::arg("x"), py::arg("border_set"));
  module.def(
      "close_array",
      [](const py::array& masks, py::array out, int shape, double y, double x, bool border_set) {
        const ArrayPair arrays(masks, out);
        const Reach reach = reach_of(shape, y, x);
        const ReleaseLock release(morphology_cost(reach, arrays.pixels()));
        cpu::close(arrays.masks, arrays.out, reach, border_set, current_exec());
      },
      py::arg("masks"), py::arg("out"), py::arg("shape"), py::arg("y"), py::arg("x"),
      py::arg("border_set"));
}

}  // namespace me::bind::close_calls
