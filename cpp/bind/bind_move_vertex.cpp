#include <pybind11/native_enum.h>
#include <pybind11/stl.h>

#include <optional>

#include "bind/arrays.h"
#include "bind/polygon_batch.h"
#include "bind/registry.h"
#include "ops/move_vertex/move_vertex.h"

namespace me::bind::move_vertex_calls {
namespace {

constexpr std::int64_t few_vertices =
    256;  // copied at once: it costs as much as to remember why not

// The polygons before the move: `from` is where the vertex is, when that is not where `view` has
// it.
struct Before {
  PolygonsView view;
  std::shared_ptr<const void> keep;
  double xy[2];
  const double* from = nullptr;
};

void look_at(PolygonBatch& polygons, std::int64_t item, std::int64_t vertex, Before& before) {
  if (MovedPoint* moved = polygons.moved.get()) {
    const bool other = moved->item != item || moved->vertex != vertex;
    if (other) polygons.settle();
    const std::lock_guard<std::mutex> hold(moved->lock);
    if (!moved->settled) {
      before.xy[0] = moved->xy[0];
      before.xy[1] = moved->xy[1];
      before.from = before.xy;
    }
    before.view = polygons.view;
    before.keep = polygons.keep;
    return;
  }
  before.view = polygons.view;
  before.keep = polygons.keep;
}

PolygonBatch after(const Before& before, const cpu::VertexMove& move) {
  const bool few = before.view.total_vertices() <= few_vertices;
  if (few || !cpu::stands_alone(before.view, move.item, move.vertex)) {
    return wrap(cpu::with_vertex(before.view, move));
  }
  auto moved = std::make_shared<MovedPoint>();
  moved->item = move.item;
  moved->vertex = move.vertex;
  moved->xy[0] = move.x;
  moved->xy[1] = move.y;
  return {before.view, before.keep, std::move(moved)};
}

py::tuple run(const Batch& masks, Unsettled polygons, std::int64_t item, std::int64_t vertex,
              double x, double y, int rule, std::optional<py::array> out) {
  std::optional<MutableMaskView> dense;
  if (out) {
    dense = mutable_mask_view(*out);
    require(0 <= item && item < masks.view.n &&
                masks.view.size(item) == Size{dense->height, dense->width} && dense->n == 1,
            ErrorKind::shape_mismatch, "out", "expected the size of the mask", item);
  }
  Before before;
  look_at(*polygons.batch, item, vertex, before);
  const cpu::VertexMove move{item, vertex, x, y};
  PolygonBatch moved_polygons;
  cpu::MovedVertex moved = [&] {
    const ReleaseLock release(0.5 * double(masks.view.total_counts()) +
                              double(before.view.total_vertices()));
    cpu::MovedVertex result =
        cpu::move_vertex(masks.view, before.view, move, before.from, static_cast<EdgeRule>(rule));
    moved_polygons = after(before, move);
    return result;
  }();
  if (dense) cpu::toggle_pixels(moved.change.view(), *dense);
  const auto& box = moved.box;
  return py::make_tuple(wrap(std::move(moved.masks)), std::move(moved_polygons),
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

}  // namespace me::bind::move_vertex_calls
