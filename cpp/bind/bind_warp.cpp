#include <algorithm>

#include "bind/batch.h"
#include "bind/per_mask.h"
#include "bind/registry.h"
#include "ops/warp/warp.h"

namespace me::bind::warp_calls {

ME_BIND(warp) {
  module.def(
      "warp",
      [](const DualBatch& masks, const py::array_t<double, py::array::c_style>& matrices,
         const py::object& sizes, bool centres) {
        const PerMask given(masks.n(), sizes, 2, "size");
        const bool each = matrices.ndim() == 3;
        require(matrices.size() == 9 * (each ? masks.n() : 1), ErrorKind::shape_mismatch, "matrix",
                "expected one matrix of nine numbers, or one for each mask");
        const cpu::WarpGiven how{matrices.data(), each, given.values, given.each,
                                 centres ? cpu::Whole::centres : cpu::Whole::edges};
        double pixels = 0;  // of the result: each is followed where that is cheaper
        const std::int64_t sizes_given = given.each ? masks.n() : 1;
        for (std::int64_t i = 0; i < sizes_given; i++) {
          pixels += double(given.values[2 * i]) * double(given.values[2 * i + 1]);
        }
        const auto n = double(std::max<std::int64_t>(masks.n(), 1));
        const double each_ns = 1000 + 0.02 * pixels / (given.each ? n : 1);
        const auto call = [&](const auto& view) { return cpu::warp(view, how, current_exec()); };
        return in_either_form(masks, each_ns, 20, call, 1000);
      },
      py::arg("masks"), py::arg("matrices"), py::arg("sizes"), py::arg("centres"));
}

}  // namespace me::bind::warp_calls
