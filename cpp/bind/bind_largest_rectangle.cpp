#include <pybind11/stl.h>

#include <optional>

#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/largest_rectangle/largest_rectangle.h"

namespace me::bind::largest_rectangle_calls {
namespace {

using Centres = py::array_t<double, py::array::c_style>;  // (N, 2): x, y

}  // namespace

ME_BIND(largest_rectangle) {
  module.def(
      "largest_rectangle",
      [](const Batch& masks) {
        py::array_t<std::int64_t> values({masks.view.n, std::int64_t{4}});
        std::int64_t* out = values.mutable_data();
        const ReleaseLock release(double(100 * masks.view.n + 30 * masks.view.total_counts()));
        cpu::largest_rectangle(masks.view, out, current_exec());
        return values;
      },
      py::arg("masks"));
  module.def(
      "largest_rectangle_of_aspect",
      [](const Batch& masks, double aspect, const std::optional<Centres>& centres) {
        py::array_t<double> values({masks.view.n, std::int64_t{4}});
        double* out = values.mutable_data();
        require(!centres || centres->size() == 2 * masks.view.n, ErrorKind::shape_mismatch,
                "around", "expected one point per mask");
        const double* points = centres ? centres->data() : nullptr;
        const ReleaseLock release(double(100 * masks.view.n + 30 * masks.view.total_counts()));
        if (points != nullptr) {
          cpu::largest_rectangle(masks.view, points, aspect, out, current_exec());
        } else {
          cpu::largest_rectangle(masks.view, aspect, out, current_exec());
        }
        return values;
      },
      py::arg("masks"), py::arg("aspect"), py::arg("centres"));
}

}  // namespace me::bind::largest_rectangle_calls
