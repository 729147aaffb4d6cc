#include "bind/cuda/device_arrays.h"
#include "bind/registry.h"
#include "ops/rasterize/rasterize.h"

namespace me::bind::rasterize_calls {
namespace {

std::int64_t offsets_in(const DeviceView& array, const std::int64_t** values) {
  *values = array.values<std::int64_t>(array.size());
  return array.size() - 1;
}

}  // namespace

ME_BIND(rasterize) {
  module.def(
      "rasterize",
      [](const PythonQueue& on, const py::object& coords, const py::object& ring_offsets,
         const py::object& polygon_offsets, const py::object& item_offsets, bool one_each,
         const HostSizes& sizes, int rule, int fill) {
        cuda::DevicePolygonsView polygons;
        const DeviceView xy(coords);
        polygons.vertices = xy.size() / 2;
        polygons.coords = xy.values<double>(2 * polygons.vertices);
        polygons.rings = offsets_in(DeviceView(ring_offsets), &polygons.ring_offsets);
        polygons.polygons = offsets_in(DeviceView(polygon_offsets), &polygons.polygon_offsets);
        polygons.n = offsets_in(DeviceView(item_offsets), &polygons.item_offsets);
        polygons.one_each = one_each;
        require(sizes.size() == 2 * polygons.n, ErrorKind::shape_mismatch, "sizes",
                "expected one for each item");
        return masks_of([&] {
          return cuda::rasterize(on.queue, polygons, sizes.data(), static_cast<PixelRule>(rule),
                                 static_cast<FillRule>(fill));
        });
      },
      py::arg("queue"), py::arg("coords"), py::arg("ring_offsets"), py::arg("polygon_offsets"),
      py::arg("item_offsets"), py::arg("one_each"), py::arg("sizes"), py::arg("rule"),
      py::arg("fill"));
  module.def(
      "paint_labels",
      [](const PythonQueue& on, const py::object& masks, const py::object& ranks,
         const py::object& labels, const py::object& out) {
        const cuda::DeviceRunsView runs = device_runs(masks);
        const auto* const places = DeviceView(ranks).values<std::uint32_t>(runs.n);
        const auto* const values = DeviceView(labels).values<std::int64_t>(runs.n);
        const auto view = DeviceView(out).stack<MutableMaskView>();
        require(view.n == 1, ErrorKind::shape_mismatch, "out", "expected one map");
        const LockReleased release;
        cuda::paint_labels(on.queue, runs, places, values, view);
      },
      py::arg("queue"), py::arg("masks"), py::arg("ranks"), py::arg("labels"), py::arg("out"));
}

}  // namespace me::bind::rasterize_calls
