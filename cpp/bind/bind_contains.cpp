#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/contains/contains.h"

namespace me::bind::contains_calls {
namespace {

// `points` is float64 of shape (K, 2), in C order.
py::array_t<bool> contains(const DualBatch& masks,
                           const py::array_t<double, py::array::c_style>& points) {
  const std::int64_t k = points.shape(0);
  py::array_t<bool> out({masks.n(), k});
  bool* to = out.mutable_data();
  const double* from = points.data();
  const double cost = 20.0 * double(k) + double(masks.n()) * double(k);
  if (const PackedView* bits = masks.made_bits()) {
    const ReleaseLock release(cost);
    cpu::contains(*bits, from, k, to, current_exec());
    return out;
  }
  const RunsView& runs = masks.runs().view;
  const ReleaseLock release(double(runs.total_counts()) + cost);
  cpu::contains(runs, from, k, to, current_exec());
  return out;
}

}  // namespace

ME_BIND(contains) {
  module.def("contains", contains, py::arg("masks"), py::arg("points").noconvert());
}

}  // namespace me::bind::contains_calls
