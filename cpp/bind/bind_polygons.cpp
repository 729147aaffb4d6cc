// The native value behind maskengine.Polygons.
#include <pybind11/stl.h>

#include <cstring>
#include <string>
#include <vector>

#include "bind/arrays.h"
#include "bind/native_class.h"
#include "bind/polygon_batch.h"
#include "bind/registry.h"

namespace me::bind::polygons_calls {
namespace {

using Longs = py::array_t<std::int64_t, py::array::c_style>;
using Doubles = py::array_t<double, py::array::c_style>;

// Nanoseconds that copying a batch takes, about.
double copy_cost(const PolygonsView& view) {
  return 2.0 * double(view.total_vertices()) + 20.0 * double(view.n);
}

// Coordinates are shared with the array; offsets are copied, since memory safety rests on them.
struct SharedColumns {
  std::shared_ptr<const void> coords;
  Buffer<std::int64_t> rings, polygons, items;
};

PolygonBatch from_columns(const Doubles& coords, const Longs& rings, const Longs& polygons,
                          const Longs& items, std::int64_t min_vertices) {
  if (coords.ndim() != 2 || coords.shape(1) != 2) {
    throw Error(ErrorKind::shape_mismatch, "coords", "expected shape (n, 2)");
  }
  auto owner = std::make_shared<SharedColumns>();
  owner->rings.append(rings.data(), rings.size());
  owner->polygons.append(polygons.data(), polygons.size());
  owner->items.append(items.data(), items.size());
  const PolygonColumns columns{coords.data(),       coords.shape(0),        owner->rings.data(),
                               owner->rings.size(), owner->polygons.data(), owner->polygons.size(),
                               owner->items.data(), owner->items.size()};
  {
    const ReleaseLock release(double(columns.vertices) + 10.0 * double(owner->rings.size()));
    validate(columns, min_vertices);
  }
  owner->coords = keep_alive(coords);
  return {{coords.data(), owner->rings.data(), owner->polygons.data(), owner->items.data(),
           owner->items.size() - 1},
          owner};
}

py::array_t<double> coords_of(const py::object& self) {
  const auto& view = self.cast<const PolygonBatch&>().view;
  return read_only(view.coords + 2 * view.vertices_before(0),
                   {view.total_vertices(), std::int64_t{2}}, self);
}

// offsets[first, last] as if the batch began at zero.
py::array_t<std::int64_t> rebased(const std::int64_t* offsets, std::int64_t first,
                                  std::int64_t last, const py::object& self) {
  const std::int64_t n = last - first + 1;
  if (offsets[first] == 0) return read_only(offsets + first, {n}, self);
  Buffer<std::int64_t> moved(n);
  for (std::int64_t i = 0; i < n; i++) moved[i] = offsets[first + i] - offsets[first];
  return to_array(std::move(moved));
}

py::array_t<std::int64_t> ring_offsets_of(const py::object& self) {
  const auto& view = self.cast<const PolygonBatch&>().view;
  return rebased(view.ring_offsets, view.rings_before(0), view.rings_before(view.n), self);
}

py::array_t<std::int64_t> polygon_offsets_of(const py::object& self) {
  const auto& view = self.cast<const PolygonBatch&>().view;
  return rebased(view.polygon_offsets, view.polygons_before(0), view.polygons_before(view.n), self);
}

py::array_t<std::int64_t> item_offsets_of(const py::object& self) {
  const auto& view = self.cast<const PolygonBatch&>().view;
  return rebased(view.item_offsets, 0, view.n, self);
}

PolygonBatch slice(const PolygonBatch& batch, std::int64_t begin, std::int64_t end) {
  PolygonsView view = batch.view;
  view.item_offsets += begin;
  view.n = end - begin;
  return {view, batch.keep};
}

void append_item(Polygons& out, const PolygonsView& view, std::int64_t i) {
  poll(4.0 * double(view.vertices_before(i + 1) - view.vertices_before(i)));
  out.append_item(view, i);
}

PolygonBatch take(const PolygonBatch& batch, const Longs& indices) {
  const std::int64_t n = indices.size();
  const std::int64_t* const index = indices.data();
  const double cost = copy_cost(batch.view) / double(std::max<std::int64_t>(batch.view.n, 1));
  const ReleaseLock release(cost * double(n));
  Polygons out;
  for (std::int64_t k = 0; k < n; k++) {
    append_item(out, batch.view, checked_index(index[k], batch.view.n, k));
  }
  return wrap(std::move(out));
}

PolygonBatch concatenate(const std::vector<const PolygonBatch*>& batches) {
  std::vector<PolygonBatch> held;  // others may change the list meanwhile
  double cost = 0;
  for (const PolygonBatch* batch : batches) {
    held.push_back(*batch);
    cost += copy_cost(batch->view);
  }
  const ReleaseLock release(cost);
  Polygons out;
  for (const PolygonBatch& batch : held) {
    for (std::int64_t i = 0; i < batch.view.n; i++) append_item(out, batch.view, i);
  }
  return wrap(std::move(out));
}

}  // namespace

ME_BIND_TYPES(polygons) {
  native_class<PolygonBatch>(module, "PolygonColumns")
      .def("__len__", [](const PolygonBatch& batch) { return batch.view.n; })
      .def_property_readonly("coords", coords_of)
      .def_property_readonly("ring_offsets", ring_offsets_of)
      .def_property_readonly("polygon_offsets", polygon_offsets_of)
      .def_property_readonly("item_offsets", item_offsets_of)
      .def("slice", slice, py::arg("begin"), py::arg("end"))
      .def("take", take, py::arg("indices"));
  module.def("polygons_from_columns", from_columns, py::arg("coords").noconvert(),
             py::arg("ring_offsets").noconvert(), py::arg("polygon_offsets").noconvert(),
             py::arg("item_offsets").noconvert(), py::arg("min_vertices"));
  module.def("polygons_concatenate", concatenate, py::arg("batches"));
}

}  // namespace me::bind::polygons_calls
