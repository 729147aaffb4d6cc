#include "bind/cuda/device_arrays.h"
#include "bind/registry.h"
#include "ops/combine/combine.h"

namespace me::bind::combine_calls {

ME_BIND(combine) {
  module.def(
      "combine_pairs",
      [](const PythonQueue& on, int op, const py::object& a, const py::object& b,
         std::int64_t height, std::int64_t width) {
        const cuda::DeviceRunsView first = device_runs(a);
        const cuda::DeviceRunsView second = device_runs(b);
        return masks_of([&] {
          return cuda::combine_pairs(on.queue, static_cast<cpu::SetOp>(op), first, second,
                                     {height, width});
        });
      },
      py::arg("queue"), py::arg("op"), py::arg("a"), py::arg("b"), py::arg("height"),
      py::arg("width"));
  module.def(
      "combine_groups",
      [](const PythonQueue& on, int op, const py::object& masks, const py::object& members,
         const py::object& begins, std::int64_t height, std::int64_t width) {
        const cuda::DeviceRunsView runs = device_runs(masks);
        const auto* const items = DeviceView(members).values<std::int64_t>(runs.n);
        const DeviceView groups(begins);
        const auto* const starts = groups.values<std::int64_t>(groups.size());
        return masks_of([&] {
          return cuda::combine_groups(on.queue, static_cast<cpu::SetOp>(op), runs, items, starts,
                                      groups.size() - 1, {height, width});
        });
      },
      py::arg("queue"), py::arg("op"), py::arg("masks"), py::arg("members"), py::arg("begins"),
      py::arg("height"), py::arg("width"));
  module.def(
      "complement",
      [](const PythonQueue& on, const py::object& masks, std::int64_t height, std::int64_t width) {
        const cuda::DeviceRunsView runs = device_runs(masks);
        return masks_of([&] { return cuda::complement(on.queue, runs, {height, width}); });
      },
      py::arg("queue"), py::arg("masks"), py::arg("height"), py::arg("width"));
}

}  // namespace me::bind::combine_calls
