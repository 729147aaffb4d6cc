#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/bytes.h"
#include "bind/registry.h"
#include "ops/remap/remap.h"

namespace me::bind::remap_calls {

ME_BIND(remap) {
  module.def(
      "remap",
      [](const py::array& map, const Column<std::uint64_t>& keys,
         const Column<std::uint64_t>& values, std::uint64_t other, py::array out) {
        const MaskView from = mask_view(map);
        const MutableMaskView to = mutable_mask_view(out);
        require(from.n == to.n && from.height == to.height && from.width == to.width,
                ErrorKind::shape_mismatch, "out", "expected the shape of the map");
        require(keys.size() == values.size(), ErrorKind::shape_mismatch, "table",
                "expected a value for each label");
        const cpu::LabelTable table{keys.data(), values.data(), keys.size()};
        const ReleaseLock release(double(map.size()));
        cpu::remap(from, table, other, to, current_exec());
      },
      py::arg("label_map"), py::arg("keys"), py::arg("values"), py::arg("other"), py::arg("out"));
}

}  // namespace me::bind::remap_calls
