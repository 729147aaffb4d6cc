#include <vector>

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

// Gives n masks. `apart`: each mask of the batches is a part; else each batch is one.
Batch stack(const std::vector<const Batch*>& batches, std::int64_t n, bool apart, bool below) {
  std::vector<RunsView> parts;
  double runs = 0;
  for (const Batch* batch : batches) {
    const RunsView& view = batch->view;
    runs += double(view.total_counts());
    if (!apart) {
      require(view.n == 1 || view.n == n || n == 0, ErrorKind::shape_mismatch, "batches",
              "expected as many masks in each");
      parts.push_back(view);
      continue;
    }
    for (std::int64_t i = 0; i < view.n; i++) {
      parts.push_back({view.counts, view.offsets + i, view.sizes + 2 * i, 1});
    }
  }
  const ReleaseLock release(3.0 * runs);
  return wrap(cpu::stack(parts, n, below ? cpu::Side::below : cpu::Side::beside, current_exec()));
}

}  // namespace

ME_BIND(tile) {
  module.def("tile", tile, py::arg("masks"), py::arg("rows"), py::arg("columns"));
  module.def("stack", stack, py::arg("batches"), py::arg("n"), py::arg("apart"), py::arg("below"));
}

}  // namespace me::bind::tile_calls
