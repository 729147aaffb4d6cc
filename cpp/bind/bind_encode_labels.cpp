#include <pybind11/stl.h>

#include <utility>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/encode_labels/encode_labels.h"

namespace me::bind::encode_labels_calls {
namespace {

using Bits = py::array_t<std::uint64_t, py::array::c_style>;

// Runs, and the bits of their labels.
std::pair<Batch, py::array_t<std::uint64_t>> give(cpu::LabelRuns&& found) {
  return {wrap(std::move(found.runs)), to_array(std::move(found.labels))};
}

}  // namespace

ME_BIND(encode_labels) {
  module.def(
      "encode_labels",
      [](const py::array& maps) {
        const MaskView view = mask_view(maps);
        require(view.height <= max_side && view.width <= max_side, ErrorKind::limit, "label_map",
                "expected sides below 2^31");
        cpu::LabelRuns found;
        {
          const ReleaseLock release(double(maps.nbytes()));
          found = cpu::encode_labels(view);
        }
        return give(std::move(found));
      },
      py::arg("maps"));
  module.def(
      "encode_label_masks",
      [](const Batch& masks, const Bits& labels, std::int64_t height, std::int64_t width) {
        require(labels.size() == masks.view.n, ErrorKind::shape_mismatch, "labels",
                "expected one label per mask");
        cpu::LabelRuns found;
        {
          const ReleaseLock release(10.0 * double(masks.view.total_counts()));
          found = cpu::encode_label_masks(masks.view, labels.data(), {height, width});
        }
        return give(std::move(found));
      },
      py::arg("masks"), py::arg("labels"), py::arg("height"), py::arg("width"));
}

}  // namespace me::bind::encode_labels_calls
