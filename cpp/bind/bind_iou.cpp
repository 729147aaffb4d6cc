#include <pybind11/stl.h>

#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/iou/iou.h"

namespace me::bind::iou_calls {
namespace {

using Flags = py::array_t<std::uint8_t, py::array::c_style>;

double cost_of(const Batch& a, const Batch& b) {
  return 2.0 * double(a.view.total_counts() + b.view.total_counts());
}

// `crowd` has one flag per mask of b, or is None.
py::array_t<double> iou_matrix(const Batch& a, const Batch& b, const std::optional<Flags>& crowd) {
  py::array_t<double> out({a.view.n, b.view.n});
  double* to = out.mutable_data();
  const std::uint8_t* flags = crowd ? crowd->data() : nullptr;
  const ReleaseLock release(cost_of(a, b) + 30.0 * double(a.view.n) * double(b.view.n));
  cpu::iou_matrix(a.view, b.view, flags, to, current_exec());
  return out;
}

py::array_t<double> iou_pairs(const Batch& a, const Batch& b, const std::optional<Flags>& crowd) {
  py::array_t<double> out(cpu::iou_pair_count(a.view, b.view));
  double* to = out.mutable_data();
  const std::uint8_t* flags = crowd ? crowd->data() : nullptr;
  const ReleaseLock release(cost_of(a, b));
  cpu::iou_pairs(a.view, b.view, flags, to, current_exec());
  return out;
}

}  // namespace

ME_BIND(iou) {
  module.def("iou_matrix", iou_matrix, py::arg("a"), py::arg("b"),
             py::arg("crowd").noconvert().none(true));
  module.def("iou_pairs", iou_pairs, py::arg("a"), py::arg("b"),
             py::arg("crowd").noconvert().none(true));
}

}  // namespace me::bind::iou_calls
