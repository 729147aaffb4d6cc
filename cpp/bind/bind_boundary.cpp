#include "bind/label_rows.h"
#include "bind/reach.h"
#include "bind/registry.h"
#include "ops/boundary/boundary.h"

namespace me::bind::boundary_calls {
namespace {

// The package has checked `side` (the index of a BandSide).
BandRule rule_of(int side, bool border_set, int shape, double y, double x) {
  return {reach_of(shape, y, x), static_cast<BandSide>(side), !border_set};
}

}  // namespace

ME_BIND(boundary) {
  module.def(
      "boundary",
      [](const DualBatch& masks, int shape, double y, double x, int side, bool border_set) {
        const BandRule rule = rule_of(side, border_set, shape, y, x);
        return morphology_of(masks, rule.reach, 2, [&](const auto& view) {
          return cpu::boundary(view, rule, current_exec());
        });
      },
      py::arg("masks"), py::arg("shape"), py::arg("y"), py::arg("x"), py::arg("side"),
      py::arg("border_set"));
  module.def(
      "boundary_array",
      [](const py::array& masks, py::array out, int shape, double y, double x, int side,
         bool border_set) {
        const ArrayPair arrays(masks, out);
        const BandRule rule = rule_of(side, border_set, shape, y, x);
        const ReleaseLock release(2 * morphology_cost(rule.reach, arrays.pixels()));
        cpu::boundary(arrays.masks, arrays.out, rule, current_exec());
      },
      py::arg("masks"), py::arg("out"), py::arg("shape"), py::arg("y"), py::arg("x"),
      py::arg("side"), py::arg("border_set"));
  module.def(
      "boundary_labels",
      [](const py::array& labels, py::array out, int shape, double y, double x, int side,
         bool border_set) {
        const ArrayPair arrays(labels, out);
        const LabelRows rows = label_rows(labels);
        const BandRule rule = rule_of(side, border_set, shape, y, x);
        const ReleaseLock release(label_band_cost(rows, rule.reach) * double(rows.height));
        cpu::boundary(rows, arrays.out, rule, current_exec());
      },
      py::arg("labels"), py::arg("out"), py::arg("shape"), py::arg("y"), py::arg("x"),
      py::arg("side"), py::arg("border_set"));
}

}  // namespace me::bind::boundary_calls
