#include "bind/cuda/device_arrays.h"
#include "bind/registry.h"
#include "ops/combine/combine.h"

namespace me::bind::combine_calls {

ME_BIND(combine) {
  module.def(
      "combine_pairs",
      [](const PythonQueue& on, int op, const py::object& a, const py::object& b) {
        const cuda::DeviceRunsView first = device_runs(a);
        const cuda::DeviceRunsView second = device_runs(b);
        const HostSizes sizes_a = host_sizes(a, first.n);
        const HostSizes sizes_b = host_sizes(b, second.n);
        return masks_of([&] {
          return cuda::combine_pairs(on.queue, static_cast<cpu::SetOp>(op), first, second,
                                     sizes_a.data(), sizes_b.data());
        });
      },
      py::arg("queue"), py::arg("op"), py::arg("a"), py::arg("b"));
  module.def(
      "combine_groups",
      [](const PythonQueue& on, int op, const py::object& masks, const py::object& members,
         const py::object& begins, const HostSizes& sizes) {
        const cuda::DeviceRunsView runs = device_runs(masks);
        const HostSizes own = host_sizes(masks, runs.n);
        const DeviceView starts(begins);
        const std::int64_t n = starts.size() - 1;
        require(sizes.size() == 2 * n, ErrorKind::shape_mismatch, "sizes",
                "expected one for each group");
        const cuda::DeviceGroups groups{DeviceView(members).values<std::int64_t>(runs.n),
                                        starts.values<std::int64_t>(n + 1), sizes.data(), n};
        return masks_of([&] {
          return cuda::combine_groups(on.queue, static_cast<cpu::SetOp>(op), runs, own.data(),
                                      groups);
        });
      },
      py::arg("queue"), py::arg("op"), py::arg("masks"), py::arg("members"), py::arg("begins"),
      py::arg("sizes"));
  module.def(
      "complement",
      [](const PythonQueue& on, const py::object& masks) {
        const cuda::DeviceRunsView runs = device_runs(masks);
        const HostSizes sizes = host_sizes(masks, runs.n);
        return masks_of([&] { return cuda::complement(on.queue, runs, sizes.data()); });
      },
      py::arg("queue"), py::arg("masks"));
}

}  // namespace me::bind::combine_calls
