#include <pybind11/stl.h>

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/joint/assign.h"
#include "ops/joint/joint.h"
#include "ops/joint/match_segments.h"

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

struct Maps {
  std::vector<MaskView> views;
  double bytes = 0;
};

Maps views_of(const py::tuple& maps) {
  const std::int64_t k = count_of(maps);
  Maps out;
  for (std::int64_t m = 0; m < k; m++) {
    const auto map = py::array::ensure(maps[static_cast<std::size_t>(m)]);
    require(bool(map), ErrorKind::type, "maps", "expected an array", m);
    const MaskView view = mask_view(map);
    require(view.element != Element::f32 && view.element != Element::f64, ErrorKind::type, "maps",
            "expected a bool or integer dtype", m);
    out.views.push_back(view);
    const MaskView& first = out.views[0];
    require(view.n == first.n && view.height == first.height && view.width == first.width,
            ErrorKind::shape_mismatch, "maps", "expected the shape of the first map", m);
    out.bytes += double(map.nbytes());
  }
  return out;
}

Columns joint(const py::tuple& maps) {
  const Maps from = views_of(maps);
  const auto k = static_cast<std::int64_t>(from.views.size());
  cpu::JointCounts found;
  {
    const ReleaseLock release(0.3 * from.bytes);
    found = cpu::joint(from.views.data(), k, current_exec());
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

using Longs = py::array_t<std::int64_t, py::array::c_style>;

void assign(const py::tuple& maps, const Longs& labels, const py::array& values, py::array out) {
  const Maps from = views_of(maps);
  const auto k = static_cast<std::int64_t>(from.views.size());
  const MutableMaskView to = mutable_mask_view(out);
  const MaskView& first = from.views[0];
  require(to.n == first.n && to.height == first.height && to.width == first.width,
          ErrorKind::shape_mismatch, "out", "expected the shape of the maps");
  require(labels.ndim() == 2 && labels.shape(1) == k && values.ndim() == 1 &&
              values.shape(0) == labels.shape(0) && element_of(values) == to.element &&
              (values.size() == 0 || values.strides(0) == values.itemsize()),
          ErrorKind::shape_mismatch, "values", "expected a value for each row of the table");
  const cpu::JointTable table{labels.data(), static_cast<const char*>(values.data()),
                              static_cast<std::int64_t>(values.size())};
  const ReleaseLock release(0.3 * from.bytes);
  cpu::assign(from.views.data(), k, table, to, current_exec());
}

// Labels (K, 2), pixels (K,) and bands (K, 3) or None, as joint counts them; of each side ids and
// places of categories, of the reference also which are crowds. Gives tp, fp, fn and parts of IoU,
// behind the first row or segment that is wrong: -1 for none.
py::tuple match_segments(const Longs& labels, const Longs& pixels,
                         const std::optional<Longs>& bands, const std::array<Longs, 2>& reference,
                         const py::array_t<bool, py::array::c_style>& crowd,
                         const std::array<Longs, 2>& prediction, std::int64_t void_label,
                         std::int64_t categories) {
  const py::ssize_t rows = pixels.size();
  require(labels.size() == 2 * rows && (!bands || bands->size() == 3 * rows),
          ErrorKind::shape_mismatch, "labels", "expected two for each count");
  for (const auto* side : {&reference, &prediction}) {
    const auto& [ids, places] = *side;
    require(ids.size() == places.size() && categories >= 0, ErrorKind::shape_mismatch, "categories",
            "expected one for each id");
    for (py::ssize_t i = 0; i < places.size(); i++) {
      require(places.data()[i] >= 0 && places.data()[i] < categories, ErrorKind::argument,
              "categories", "expected a place in the list", i);
    }
  }
  require(crowd.size() == reference[0].size(), ErrorKind::shape_mismatch, "crowd",
          "expected one for each id");
  const cpu::SharedPixels shared{labels.data(), pixels.data(), bands ? bands->data() : nullptr,
                                 rows};
  const cpu::SegmentList ours{reference[0].data(), reference[1].data(), crowd.data(), crowd.size()};
  const cpu::SegmentList theirs{prediction[0].data(), prediction[1].data(), nullptr,
                                prediction[0].size()};
  cpu::SegmentMatches found = cpu::match_segments(shared, ours, theirs, void_label, categories);
  const std::int64_t n = found.tp.size();
  return py::make_tuple(found.strange_reference, found.strange_prediction, found.without_pixels,
                        to_array(std::move(found.tp)), to_array(std::move(found.fp)),
                        to_array(std::move(found.fn)),
                        to_array(std::move(found.iou_units), {n, std::int64_t{2}}));
}

}  // namespace

ME_BIND(joint) {
  module.def("joint", joint, py::arg("maps"));
  module.def("joint_runs", joint_runs, py::arg("runs"), py::arg("labels"));
  module.def("match_segments", match_segments, py::arg("labels"), py::arg("pixels"),
             py::arg("bands"), py::arg("reference"), py::arg("crowd"), py::arg("prediction"),
             py::arg("void_label"), py::arg("categories"));
  module.def("assign", assign, py::arg("maps"), py::arg("labels"), py::arg("values"),
             py::arg("out"));
}

}  // namespace me::bind::joint_calls
