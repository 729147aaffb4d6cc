#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/tile/tile.h"

namespace me::bind::tile_calls {
namespace {

Batch tile(const Batch& masks, std::int64_t rows, std::int64_t columns) {
  const ReleaseLock release(2.0 * double(masks.view.total_counts()) * double(rows) *
                            double(columns));
  return wrap(cpu::tile(masks.view, rows, columns, current_exec()));
}

Batch stack(const Batch& masks, std::int64_t k, bool below) {
  const ReleaseLock release(3.0 * double(masks.view.total_counts()));
  return wrap(
      cpu::stack(masks.view, k, below ? cpu::Side::below : cpu::Side::beside, current_exec()));
}

}  // namespace

ME_BIND(tile) {
  module.def("tile", tile, py::arg("masks"), py::arg("rows"), py::arg("columns"));
  module.def("stack", stack, py::arg("masks"), py::arg("k"), py::arg("below"));
}

}  // namespace me::bind::tile_calls
