#include <pybind11/stl.h>

#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/vote/vote.h"

namespace me::bind::vote_calls {
namespace {

using Longs = py::array_t<std::int64_t, py::array::c_style>;
using Flags = py::array_t<std::uint8_t, py::array::c_style>;
using Pair = std::optional<std::pair<std::int64_t, std::int64_t>>;

cpu::GroupsOf groups_of(const std::optional<Longs>& groups, std::int64_t count, const Pair& size) {
  cpu::GroupsOf out{groups ? groups->data() : nullptr, count, {}};
  if (size) out.size = Size{size->first, size->second};
  return out;
}

double cost_of(const Batch& masks) { return 8.0 * double(masks.view.total_counts()); }

Batch at_least(const Batch& masks, std::int64_t k, const std::optional<Longs>& groups,
               std::int64_t count, const Pair& size) {
  const cpu::GroupsOf of = groups_of(groups, count, size);
  const ReleaseLock release(cost_of(masks));
  return wrap(cpu::at_least(masks.view, k, of, current_exec()));
}

// `numbers` has one row (high, low) per mask and a last one with the threshold.
Batch weigh(const Batch& masks, const Longs& numbers, const std::optional<Longs>& groups,
            std::int64_t count, const Pair& size) {
  require(numbers.size() == 2 * (masks.view.n + 1), ErrorKind::shape_mismatch, "weights",
          "expected one weight per mask");
  const auto* rows = reinterpret_cast<const cpu::WideNumber*>(numbers.data());
  const cpu::GroupsOf of = groups_of(groups, count, size);
  const ReleaseLock release(cost_of(masks));
  return wrap(cpu::weigh(masks.view, rows, rows[masks.view.n], of, current_exec()));
}

// Every group has k masks.
Batch look_up(const Batch& masks, const Flags& table, std::int64_t k,
              const std::optional<Longs>& groups, std::int64_t count, const Pair& size) {
  require(k >= 0 && k <= cpu::max_table_masks && table.size() == std::int64_t{1} << k,
          ErrorKind::shape_mismatch, "table", "expected one value for each choice of masks");
  const cpu::GroupsOf of = groups_of(groups, count, size);
  const ReleaseLock release(cost_of(masks));
  return wrap(cpu::look_up(masks.view, table.data(), k, of, current_exec()));
}

}  // namespace

ME_BIND(vote) {
  module.def("at_least", at_least, py::arg("masks"), py::arg("k"),
             py::arg("groups").noconvert().none(true), py::arg("count"),
             py::arg("size").none(true));
  module.def("weigh", weigh, py::arg("masks"), py::arg("numbers"),
             py::arg("groups").noconvert().none(true), py::arg("count"),
             py::arg("size").none(true));
  module.def("look_up", look_up, py::arg("masks"), py::arg("table"), py::arg("k"),
             py::arg("groups").noconvert().none(true), py::arg("count"),
             py::arg("size").none(true));
}

}  // namespace me::bind::vote_calls
