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

// Runs cost so many nanoseconds.
constexpr double run_ns = 8.0;

DualBatch at_least(const DualBatch& masks, std::int64_t k, const std::optional<Longs>& groups,
                   std::int64_t count, const Pair& size) {
  const cpu::GroupsOf of = groups_of(groups, count, size);
  return in_either_form(masks, 0, run_ns, [&](const auto& view) {
    return cpu::at_least(view, k, of, current_exec());
  });
}

// `numbers` has one row (high, low) per mask and a last one with the threshold.
DualBatch weigh(const DualBatch& masks, const Longs& numbers, const std::optional<Longs>& groups,
                std::int64_t count, const Pair& size) {
  require(numbers.size() == 2 * (masks.n() + 1), ErrorKind::shape_mismatch, "weights",
          "expected one weight per mask");
  const auto* rows = reinterpret_cast<const cpu::WideNumber*>(numbers.data());
  const cpu::GroupsOf of = groups_of(groups, count, size);
  return in_either_form(masks, 0, run_ns, [&](const auto& view) {
    return cpu::weigh(view, rows, rows[view.n], of, current_exec());
  });
}

// Every group has k masks.
DualBatch look_up(const DualBatch& masks, const Flags& table, std::int64_t k,
                  const std::optional<Longs>& groups, std::int64_t count, const Pair& size) {
  require(k >= 0 && k <= cpu::max_table_masks && table.size() == std::int64_t{1} << k,
          ErrorKind::shape_mismatch, "table", "expected one value for each choice of masks");
  const cpu::GroupsOf of = groups_of(groups, count, size);
  return in_either_form(masks, 0, run_ns, [&](const auto& view) {
    return cpu::look_up(view, table.data(), k, of, current_exec());
  });
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
