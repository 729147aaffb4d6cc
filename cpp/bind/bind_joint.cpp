#include <pybind11/stl.h>

#include <utility>
#include <vector>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/joint/joint.h"

namespace me::bind::joint_calls {
namespace {

std::int64_t count_of(const py::tuple& maps) {
  const auto k = static_cast<std::int64_t>(maps.size());
  require(k >= 1 && k <= cpu::max_joint_maps, ErrorKind::argument, "maps", "expected 1 to 64 maps");
  return k;
}

using Columns = std::pair<py::array_t<std::int64_t>, py::array_t<std::int64_t>>;

// Labels and pixels.
Columns give(cpu::JointCounts&& found, std::int64_t k) {
  const std::int64_t n = found.pixels.size();
  return {to_array(std::move(found.labels), {n, k}), to_array(std::move(found.pixels))};
}

Columns joint(const py::tuple& maps) {
  const std::int64_t k = count_of(maps);
  std::vector<MaskView> views;
  double bytes = 0;
  for (std::int64_t m = 0; m < k; m++) {
    const auto map = py::array::ensure(maps[static_cast<std::size_t>(m)]);
    require(bool(map), ErrorKind::type, "maps", "expected an array", m);
    const MaskView view = mask_view(map);
    require(view.element != Element::f32 && view.element != Element::f64, ErrorKind::type, "maps",
            "expected a bool or integer dtype", m);
    views.push_back(view);
    require(view.n == views[0].n && view.height == views[0].height && view.width == views[0].width,
            ErrorKind::shape_mismatch, "maps", "expected the shape of the first map", m);
    bytes += double(map.nbytes());
  }
  cpu::JointCounts found;
  {
    const ReleaseLock release(0.3 * bytes);
    found = cpu::joint(views.data(), k, current_exec());
  }
  return give(std::move(found), k);
}

bool same_sizes(const RunsView& a, const RunsView& b) {
  bool same = a.n == b.n;
  for (std::int64_t i = 0; same && i < a.n; i++) same = a.size(i) == b.size(i);
  return same;
}

// `runs` and their `labels`, for each map.
Columns joint_runs(const py::tuple& runs, const py::tuple& labels) {
  const std::int64_t k = count_of(runs);
  require(labels.size() == runs.size(), ErrorKind::argument, "labels", "expected some per map");
  std::vector<cpu::LabelRunsView> views;
  double cost = 0;
  for (std::int64_t m = 0; m < k; m++) {
    const auto& batch = runs[static_cast<std::size_t>(m)].cast<const Batch&>();
    const auto map = py::array::ensure(labels[static_cast<std::size_t>(m)]);
    require(bool(map) && map.ndim() == 1 && map.size() == batch.view.total_counts() &&
                (map.flags() & py::array::c_style) != 0,
            ErrorKind::type, "labels", "expected a label for each run", m);
    const Element element = element_of(map);
    require(element != Element::f32 && element != Element::f64, ErrorKind::type, "labels",
            "expected a bool or integer dtype", m);
    views.push_back({batch.view, static_cast<const char*>(map.data()), element});
    require(same_sizes(batch.view, views[0].runs), ErrorKind::shape_mismatch, "maps",
            "expected the sizes of the first map", m);
    cost += 2.0 * double(map.size());
  }
  cpu::JointCounts found;
  if (views[0].runs.n > 0) {
    const ReleaseLock release(cost);
    found = cpu::joint_runs(views.data(), k, current_exec());
  }
  return give(std::move(found), k);
}

}  // namespace

ME_BIND(joint) {
  module.def("joint", joint, py::arg("maps"));
  module.def("joint_runs", joint_runs, py::arg("runs"), py::arg("labels"));
}

}  // namespace me::bind::joint_calls
