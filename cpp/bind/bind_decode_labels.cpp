#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/decode_labels/decode_labels.h"

namespace me::bind::decode_labels_calls {

ME_BIND(decode_labels) {
  // The package has checked that all maps have the size (height, width).
  module.def(
      "decode_labels",
      [](const Batch& maps, const py::array& labels, std::int64_t height, std::int64_t width) {
        const RunsView& view = maps.view;
        require(labels.ndim() == 1 && labels.size() == view.total_counts() &&
                    (labels.flags() & py::array::c_style) != 0,
                ErrorKind::shape_mismatch, "labels", "expected a label for each run");
        for (std::int64_t i = 0; i < view.n; i++) {
          require_size("runs", i, Size{height, width}, view.size(i));
        }
        const std::int64_t bytes = element_bytes(element_of(labels));
        py::array out(labels.dtype(), {view.n, width, height});
        auto* const pixels = static_cast<char*>(out.mutable_data());
        const auto* const values = static_cast<const char*>(labels.data());
        {
          const ReleaseLock release(0.2 * double(out.size()));
          cpu::decode_labels(view, values, bytes, pixels, current_exec());
        }
        return out;
      },
      py::arg("maps"), py::arg("labels"), py::arg("height"), py::arg("width"));
}

}  // namespace me::bind::decode_labels_calls
