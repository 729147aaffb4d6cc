#include <pybind11/stl.h>

#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/combine/combine.h"

namespace me::bind::combine_calls {
namespace {

using Longs = py::array_t<std::int64_t, py::array::c_style>;

Batch combine_pairs(int op, const Batch& a, const Batch& b) {
  const ReleaseLock release(2.0 * double(a.view.total_counts() + b.view.total_counts()));
  return wrap(cpu::combine_pairs(static_cast<cpu::SetOp>(op), a.view, b.view, current_exec()));
}

// `groups` has one number per mask, or is None for one group.
Batch combine_groups(int op, const Batch& masks, const std::optional<Longs>& groups,
                     std::int64_t group_count, std::optional<std::pair<int64_t, int64_t>> size) {
  std::optional<Size> wanted;
  if (size) wanted = Size{size->first, size->second};
  const std::int64_t* group_of = groups ? groups->data() : nullptr;
  const ReleaseLock release(2.0 * double(masks.view.total_counts() + group_count));
  return wrap(cpu::combine_groups(static_cast<cpu::SetOp>(op), masks.view, group_of, group_count,
                                  wanted, current_exec()));
}

Batch complement(const Batch& masks) {
  const ReleaseLock release(20.0 * double(masks.view.n) + 0.1 * double(masks.view.total_counts()));
  return wrap(cpu::complement(masks.view, current_exec()));
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
