#include "bind/cuda/device_arrays.h"
#include "bind/native_class.h"
#include "bind/registry.h"
#include "ops/label/label.h"

namespace me::bind::label_calls {
namespace {

// What was found stays on the device; painting and measuring are asked for one by one.
struct Labelling {
  cuda::Components components;
  bool valued;
};

Labelling label(const PythonQueue& on, const py::object& source, bool valued, bool corners) {
  const auto view = DeviceView(source).stack<MaskView>();
  const LockReleased release;
  return {cuda::components_of(on.queue, view, valued, corners), valued};
}

void paint(const Labelling& labelling, const PythonQueue& on, const py::object& out) {
  const auto view = DeviceView(out).stack<MutableMaskView>();
  const cuda::RowGrid& grid = labelling.components.runs.grid;
  require(grid.items == nullptr, ErrorKind::argument, "out", "expected masks of one size");
  require(view.n == grid.n && view.height == grid.height && view.width == grid.width,
          ErrorKind::shape_mismatch, "out", "expected the shape of the source");
  const LockReleased release;
  cuda::paint(on.queue, labelling.components, view);
}

Labelling label_masks(const PythonQueue& on, const py::object& masks, bool corners) {
  const cuda::DeviceRunsView runs = device_runs(masks);
  const HostSizes sizes = host_sizes(masks, runs.n);
  const LockReleased release;
  return {cuda::components_of(on.queue, runs, sizes.data(), corners), false};
}

py::tuple component_masks(const Labelling& labelling, const PythonQueue& on, const HostSizes& sizes,
                          const HostSizes& each) {
  require(sizes.size() == 2 * labelling.components.runs.grid.n, ErrorKind::shape_mismatch, "sizes",
          "expected one for each mask");
  return masks_of([&] {
    return cuda::component_masks(on.queue, labelling.components, sizes.data(), each.data(),
                                 each.size() / 2);
  });
}

// Arrays in the order of ComponentColumns. Without a source the components are those of masks, and
// their values those of a bool array.
void measure(const Labelling& labelling, const PythonQueue& on, const py::object& source,
             std::int64_t n, const py::list& arrays) {
  MaskView view{};
  view.n = labelling.components.runs.grid.n;
  if (!source.is_none()) view = DeviceView(source).stack<MaskView>();
  require(arrays.size() == 9, ErrorKind::argument, "arrays", "expected nine");
  const cuda::ComponentColumns columns{
      DeviceView(arrays[0]).values<std::int64_t>(view.n + 1),
      DeviceView(arrays[1]).values<std::int64_t>(n),
      DeviceView(arrays[2]).values<std::int64_t>(4 * n),
      DeviceView(arrays[3]).values<double>(2 * n),
      DeviceView(arrays[4]).values<std::int64_t>(2 * n),
      DeviceView(arrays[5]).values<std::uint8_t>(n),
      DeviceView(arrays[6]).values<std::int64_t>(n),
      DeviceView(arrays[7]).values<std::int64_t>(n),
      DeviceView(arrays[8]).data,
  };
  const LockReleased release;
  cuda::measure(on.queue, labelling.components, view, labelling.valued, n, columns);
}

}  // namespace

ME_BIND_TYPES(label) {
  native_class<Labelling>(module, "Labelling", py::module_local())
      .def_property_readonly("counts",
                             [](const Labelling& labelling) {
                               const auto& counts = labelling.components.counts;
                               return py::make_tuple(owner_of(counts.memory), counts.n);
                             })
      .def(
          "total",
          [](const Labelling& labelling, const PythonQueue& on) {
            const LockReleased release;
            return cuda::total(on.queue, labelling.components);
          },
          py::arg("queue"))
      .def(
          "most",
          [](const Labelling& labelling, const PythonQueue& on) {
            const LockReleased release;
            return cuda::most(on.queue, labelling.components);
          },
          py::arg("queue"))
      .def("paint", paint, py::arg("queue"), py::arg("out"))
      .def("masks", component_masks, py::arg("queue"), py::arg("sizes"), py::arg("each"))
      .def("measure", measure, py::arg("queue"), py::arg("source"), py::arg("n"),
           py::arg("arrays"));
}

ME_BIND(label_call) {
  module.def("label", label, py::arg("queue"), py::arg("source"), py::arg("valued"),
             py::arg("corners"));
  module.def("label_masks", label_masks, py::arg("queue"), py::arg("masks"), py::arg("corners"));
}

}  // namespace me::bind::label_calls
