#include <pybind11/native_enum.h>
#include <pybind11/stl.h>

#include <optional>

#include "bind/arrays.h"
#include "bind/polygon_batch.h"
#include "bind/registry.h"
#include "ops/move_vertex/move_vertex.h"

namespace me::bind {
namespace {

py::tuple run(const Batch& masks, const PolygonBatch& polygons, std::int64_t item,
              std::int64_t vertex, double x, double y, int rule, std::optional<py::array> out) {
  std::optional<MutableMaskView> dense;
  if (out) {
    dense = mutable_mask_view(*out);
    require(0 <= item && item < masks.view.n &&
                masks.view.size(item) == Size{dense->height, dense->width} && dense->n == 1,
            ErrorKind::shape_mismatch, "out", "expected the size of the mask", item);
  }
  cpu::MovedVertex moved = [&] {
    const ReleaseLock release(0.5 * double(masks.view.total_counts()) +
                              double(polygons.view.total_vertices()));
    return cpu::move_vertex(masks.view, polygons.view, {item, vertex, x, y},
                            static_cast<EdgeRule>(rule));
  }();
  if (dense) cpu::toggle_pixels(moved.change.view(), *dense);
  const auto& box = moved.box;
  return py::make_tuple(wrap(std::move(moved.masks)), wrap(std::move(moved.polygons)),
                        py::make_tuple(box[0], box[1], box[2], box[3]),
                        wrap(std::move(moved.change)));
}

}  // namespace

ME_BIND(move_vertex) {
  py::native_enum<EdgeRule>(module, "EdgeRule", "enum.IntEnum")
      .value("exact", EdgeRule::exact)
      .value("coco", EdgeRule::coco)
      .finalize();
  module.def("move_vertex", run, py::arg("masks"), py::arg("polygons"), py::arg("item"),
             py::arg("vertex"), py::arg("x"), py::arg("y"), py::arg("rule"),
             py::arg("out").none(true));
}

}  // namespace me::bind
