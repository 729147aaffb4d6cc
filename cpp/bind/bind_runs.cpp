// The native value behind maskengine.Masks.
#include <pybind11/stl.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "base/parallel.h"
#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/native_class.h"
#include "bind/registry.h"
#include "runs/collect.h"

namespace me::bind::runs_calls {
namespace {

using Counts = py::array_t<std::uint32_t, py::array::c_style>;
using Longs = py::array_t<std::int64_t, py::array::c_style>;

// To read or to copy a count takes so long.
constexpr double check_ns = 0.3;
constexpr double copy_ns = 1.0;

// Counts are shared with the array; offsets and sizes are copied, since memory safety rests on
// them.
struct SharedColumns {
  std::shared_ptr<const void> counts;
  Buffer<std::int64_t> offsets, sizes;
};

Batch from_columns(const Counts& counts, const Longs& offsets, const Longs& sizes) {
  auto owner = std::make_shared<SharedColumns>();
  owner->offsets.append(offsets.data(), offsets.size());
  owner->sizes.append(sizes.data(), sizes.size());
  const RunsView view{counts.data(), owner->offsets.data(), owner->sizes.data(), sizes.size() / 2};
  std::int64_t index = -1;
  std::string reason;
  {
    const ReleaseLock release(check_ns * double(counts.size() + 3 * view.n));
    reason = validate(counts.data(), counts.size(), owner->offsets.data(), owner->offsets.size(),
                      owner->sizes.data(), view.n, &index);
  }
  if (!reason.empty()) throw Error(ErrorKind::malformed_rle, "counts", reason, index);
  owner->counts = keep_alive(counts);
  return {view, std::move(owner)};
}

py::array_t<std::uint32_t> counts_of(const py::object& self) {
  const auto& view = self.cast<const Batch&>().view;
  return read_only(view.counts + (view.n == 0 ? 0 : view.offsets[0]), {view.total_counts()}, self);
}

py::array_t<std::int64_t> offsets_of(const py::object& self) {
  const auto& view = self.cast<const Batch&>().view;
  if (view.offsets[0] == 0) return read_only(view.offsets, {view.n + 1}, self);
  Buffer<std::int64_t> moved(view.n + 1);
  for (std::int64_t i = 0; i <= view.n; i++) moved[i] = view.offsets[i] - view.offsets[0];
  return to_array(std::move(moved));
}

py::array_t<std::int64_t> sizes_of(const py::object& self) {
  const auto& batch = self.cast<const DualBatch&>();
  return read_only(batch.sizes(), {batch.n(), std::int64_t{2}}, self);
}

Batch take(const Batch& batch, const Longs& indices) {
  const std::int64_t n = indices.size();
  const std::int64_t* const index = indices.data();
  const ReleaseLock release((5 + copy_ns * batch.view.mean_counts()) * double(n));
  return wrap(gather(current_exec(), n, [&](std::int64_t k) {
    return batch.view[checked_index(index[k], batch.view.n, k)];
  }));
}

Batch concatenate(const std::vector<const Batch*>& batches) {
  std::vector<Batch> held;  // others may change the list meanwhile
  std::vector<RunsView> views;
  double cost = 0;
  for (const Batch* batch : batches) {
    held.push_back(*batch);
    views.push_back(batch->view);
    cost += copy_ns * double(batch->view.total_counts() + 3 * batch->view.n);
  }
  Runs out;
  {
    const ReleaseLock release(cost);
    append_parts(current_exec(), views, out);
  }
  return wrap(std::move(out));
}

std::pair<std::int64_t, std::string> problem(const Batch& batch, std::int64_t from) {
  const ReleaseLock release(check_ns * double(batch.view.total_counts()));
  for (std::int64_t i = from; i < batch.view.n; i++) {
    poll(3 + check_ns * batch.view.mean_counts());
    std::string reason = validate(batch.view[i]);
    if (!reason.empty()) return {i, reason};
  }
  return {-1, ""};
}

// maskengine.Masks, once it is defined, and the name of its attribute.
PyObject* masks_type = nullptr;
PyObject* runs_name = nullptr;

void know_masks(const py::type& type) {
  runs_name = PyUnicode_InternFromString("_runs");
  if (runs_name == nullptr) throw py::error_already_set();
  masks_type = py::object(type).release().ptr();
}

}  // namespace

ME_BIND_TYPES(runs) {
  native_class<DualBatch>(module, "Runs")
      .def("__len__", &DualBatch::n)
      .def_property_readonly("counts", counts_of)
      .def_property_readonly("offsets", offsets_of)
      .def_property_readonly("sizes", sizes_of)
      .def("slice", &DualBatch::slice, py::arg("begin"), py::arg("end"))
      .def("take", take, py::arg("indices"))
      .def("problem", problem, py::arg("start"));
  module.def("know_masks", know_masks, py::arg("type"));
  module.def("from_columns", from_columns, py::arg("counts").noconvert(),
             py::arg("offsets").noconvert(), py::arg("sizes").noconvert());
  module.def("concatenate", concatenate, py::arg("batches"));
}

}  // namespace me::bind::runs_calls

namespace me::bind {

HeldBatch held_batch(py::handle masks) {
  namespace calls = runs_calls;
  static const py::detail::type_info* const info =
      py::detail::get_type_info(typeid(DualBatch), /*throw_if_missing=*/true);
  auto runs = py::reinterpret_borrow<py::object>(masks);
  if (reinterpret_cast<PyObject*>(Py_TYPE(masks.ptr())) == calls::masks_type) {
    runs = py::reinterpret_steal<py::object>(PyObject_GetAttr(masks.ptr(), calls::runs_name));
    if (!runs) throw py::error_already_set();
  }
  if (Py_TYPE(runs.ptr()) != info->type) return {};
  py::detail::type_caster_generic caster(info);
  if (!caster.load(runs, false)) return {};
  return {std::move(runs), static_cast<const DualBatch*>(caster.value)};
}

py::object masks_of(Batch&& batch) {
  namespace calls = runs_calls;
  const py::object runs = py::cast(std::move(batch));
  auto* const type = reinterpret_cast<PyTypeObject*>(calls::masks_type);
  auto masks = py::reinterpret_steal<py::object>(type->tp_alloc(type, 0));
  if (!masks || PyObject_SetAttr(masks.ptr(), calls::runs_name, runs.ptr()) != 0) {
    throw py::error_already_set();
  }
  return masks;
}

}  // namespace me::bind
