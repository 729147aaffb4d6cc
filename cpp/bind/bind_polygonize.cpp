#include <pybind11/native_enum.h>

#include "bind/arrays.h"
#include "bind/bytes.h"
#include "bind/polygon_batch.h"
#include "bind/registry.h"
#include "ops/polygonize/polygonize.h"

namespace me::bind::polygonize_calls {

ME_BIND(polygonize) {
  py::native_enum<Connectivity>(module, "Connectivity", "enum.Enum")
      .value("four", Connectivity::four)
      .value("eight", Connectivity::eight)
      .finalize();
  py::native_enum<Holes>(module, "Holes", "enum.Enum")
      .value("rings", Holes::rings)
      .value("bridge", Holes::bridge)
      .finalize();
  py::native_enum<Vertices>(module, "Vertices", "enum.Enum")
      .value("corners", Vertices::corners)
      .value("centres", Vertices::centres)
      .finalize();
  module.def(
      "polygonize",
      [](const Batch& masks, Connectivity connectivity, Holes holes, Vertices vertices) {
        const ReleaseLock release(15.0 * double(masks.view.n + masks.view.total_counts()));
        return wrap(cpu::polygonize(masks.view, connectivity, holes, vertices, current_exec()));
      },
      py::arg("masks"), py::arg("connectivity"), py::arg("holes"), py::arg("vertices"));
  module.def(
      "polygonize_labels",
      [](const py::array& labels, Connectivity connectivity, Holes holes) {
        const MaskView map = mask_view(labels);
        require(labels.ndim() == 2, ErrorKind::shape_mismatch, "masks", "expected shape (H, W)");
        require(map.height <= max_side && map.width <= max_side, ErrorKind::limit, "masks",
                "expected sides below 2^31");
        cpu::LabelPolygons traced;
        {
          const ReleaseLock release(5.0 * double(labels.size()));
          traced = cpu::polygonize_labels(map, connectivity, holes, current_exec());
        }
        return py::make_tuple(wrap(std::move(traced.polygons)), to_array(std::move(traced.ids)));
      },
      py::arg("labels"), py::arg("connectivity"), py::arg("holes"));
}

}  // namespace me::bind::polygonize_calls
