#include "bind/label_rows.h"
#include "bind/reach.h"
#include "bind/registry.h"
#include "ops/erode/erode.h"

namespace me::bind::erode_calls {

ME_BIND(erode) {
  module.def(
      "erode",
      [](const DualBatch& masks, int shape, double y, double x, bool border_set) {
        const Reach reach = reach_of(shape, y, x);
        return morphology_of(masks, reach, 1, [&](const auto& view) {
          return cpu::erode(view, reach, border_set, current_exec());
        });
      },
      py::arg("masks"), py::arg("shape"), py::arg("y"), py::arg("x"), py::arg("border_set"));
  module.def(
      "erode_array",
      [](const py::array& masks, py::array out, int shape, double y, double x, bool border_set) {
        const ArrayPair arrays(masks, out);
        const Reach reach = reach_of(shape, y, x);
        const ReleaseLock release(morphology_cost(reach, arrays.pixels()));
        cpu::erode(arrays.masks, arrays.out, reach, border_set, current_exec());
      },
      py::arg("masks"), py::arg("out"), py::arg("shape"), py::arg("y"), py::arg("x"),
      py::arg("border_set"));
  module.def(
      "erode_labels",
      [](const py::array& labels, py::array out, int shape, double y, double x, bool border_set) {
        const ArrayPair arrays(labels, out);
        const LabelRows rows = label_rows(labels);
        require(out.itemsize() == labels.itemsize() && has_whole_rows(out),
                ErrorKind::shape_mismatch, "out", "expected rows like those of the map");
        const Reach reach = reach_of(shape, y, x);
        const ReleaseLock release(label_band_cost(rows, reach) * double(rows.height));
        cpu::erode(rows, arrays.out, reach, border_set, current_exec());
      },
      py::arg("labels"), py::arg("out"), py::arg("shape"), py::arg("y"), py::arg("x"),
      py::arg("border_set"));
}

}  // namespace me::bind::erode_calls
