#include <pybind11/stl.h>

#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/combine/combine.h"

namespace me::bind::combine_calls {
namespace {

using Longs = py::array_t<std::int64_t, py::array::c_style>;

DualBatch combine_pairs(int op, const DualBatch& a, const DualBatch& b) {
  const auto set_op = static_cast<cpu::SetOp>(op);
  if (const BitPair bits(a, b); bits.first != nullptr) {
    const ReleaseLock release(2.0 * bits.words());
    return DualBatch(cpu::combine_pairs(set_op, *bits.first, *bits.second, current_exec()));
  }
  const RunsView& first = a.runs().view;
  const RunsView& second = b.runs().view;
  const ReleaseLock release(2.0 * double(first.total_counts() + second.total_counts()));
  return DualBatch(wrap(cpu::combine_pairs(set_op, first, second, current_exec())));
}

// `groups` has one number per mask, or is None for one group.
DualBatch combine_groups(int op, const DualBatch& masks, const std::optional<Longs>& groups,
                         std::int64_t group_count,
                         std::optional<std::pair<int64_t, int64_t>> size) {
  std::optional<Size> wanted;
  if (size) wanted = Size{size->first, size->second};
  const std::int64_t* group_of = groups ? groups->data() : nullptr;
  const double group_ns = 2.0 * double(group_count) / double(std::max<std::int64_t>(masks.n(), 1));
  return in_either_form(masks, group_ns, 2.0, [&](const auto& view) {
    return cpu::combine_groups(static_cast<cpu::SetOp>(op), view, group_of, group_count, wanted,
                               current_exec());
  });
}

DualBatch complement(const DualBatch& masks) {
  return in_either_form(masks, 20.0, 0.1,
                        [&](const auto& view) { return cpu::complement(view, current_exec()); });
}

}  // namespace

ME_BIND(combine) {
  module.def("combine_pairs", combine_pairs, py::arg("op"), py::arg("a"), py::arg("b"));
  module.def("combine_groups", combine_groups, py::arg("op"), py::arg("masks"),
             py::arg("groups").noconvert().none(true), py::arg("group_count"),
             py::arg("size").none(true));
  module.def("complement", complement, py::arg("masks"));
}

}  // namespace me::bind::combine_calls
