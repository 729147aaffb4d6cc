#include "bind/label_rows.h"
#include "bind/reach.h"
#include "bind/registry.h"
#include "ops/dilate/dilate.h"
#include "runs/label_growth.h"

namespace me::bind::dilate_calls {

ME_BIND(dilate) {
  module.def(
      "dilate",
      [](const DualBatch& masks, int shape, double y, double x) {
        const Reach reach = reach_of(shape, y, x);
        return morphology_of(masks, reach, 1, [&](const auto& view) {
          return cpu::dilate(view, reach, current_exec());
        });
      },
      py::arg("masks"), py::arg("shape"), py::arg("y"), py::arg("x"));
  module.def(
      "dilate_array",
      [](const py::array& masks, py::array out, int shape, double y, double x) {
        const ArrayPair arrays(masks, out);
        const Reach reach = reach_of(shape, y, x);
        const ReleaseLock release(morphology_cost(reach, arrays.pixels()));
        cpu::dilate(arrays.masks, arrays.out, reach, current_exec());
      },
      py::arg("masks"), py::arg("out"), py::arg("shape"), py::arg("y"), py::arg("x"));
  module.def(
      "dilate_labels",
      [](const py::array& labels, py::array out, int shape, double y, double x) {
        const ArrayPair arrays(labels, out);
        const LabelRows rows = label_rows(labels);
        require(arrays.out.element == arrays.masks.element && has_whole_rows(out),
                ErrorKind::shape_mismatch, "out", "expected rows like those of the map");
        const Reach reach = reach_of(shape, y, x);
        const ReleaseLock release(label_growth_cost(rows, reach) * double(rows.height));
        cpu::dilate(rows, arrays.out, reach, current_exec());
      },
      py::arg("labels"), py::arg("out"), py::arg("shape"), py::arg("y"), py::arg("x"));
}

}  // namespace me::bind::dilate_calls
