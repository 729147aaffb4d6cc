#include <pybind11/stl.h>

#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/iou/iou.h"

namespace me::bind::iou_calls {
namespace {

using Flags = py::array_t<std::uint8_t, py::array::c_style>;

// Calls iou(a, b, crowd) with the bits of both or with their runs; it takes `cost` nanoseconds more
// than reading them.
template <class Iou>
void in_one_form(const DualBatch& a, const DualBatch& b, const std::optional<Flags>& crowd,
                 double cost, Iou iou) {
  const std::uint8_t* flags = crowd ? crowd->data() : nullptr;
  if (const BitPair bits(a, b); bits.first != nullptr) {
    const ReleaseLock release(cost + bits.words());
    return iou(*bits.first, *bits.second, flags);
  }
  const RunsView& first = a.runs().view;
  const RunsView& second = b.runs().view;
  const ReleaseLock release(cost + 2.0 * double(first.total_counts() + second.total_counts()));
  iou(first, second, flags);
}

// `crowd` has one flag per mask of b, or is None.
py::array_t<double> iou_matrix(const DualBatch& a, const DualBatch& b,
                               const std::optional<Flags>& crowd) {
  py::array_t<double> out({a.n(), b.n()});
  double* to = out.mutable_data();
  in_one_form(a, b, crowd, 30.0 * double(a.n()) * double(b.n()),
              [to](const auto& first, const auto& second, const std::uint8_t* flags) {
                cpu::iou_matrix(first, second, flags, to, current_exec());
              });
  return out;
}

py::array_t<double> iou_pairs(const DualBatch& a, const DualBatch& b,
                              const std::optional<Flags>& crowd) {
  py::array_t<double> out(cpu::iou_pair_count(a.n(), b.n()));
  double* to = out.mutable_data();
  in_one_form(a, b, crowd, 0.0,
              [to](const auto& first, const auto& second, const std::uint8_t* flags) {
                cpu::iou_pairs(first, second, flags, to, current_exec());
              });
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
