#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/contains/contains.h"

namespace me::bind::contains_calls {
namespace {

// `points` is float64 of shape (K, 2), in C order.
py::array_t<bool> contains(const Batch& masks,
                           const py::array_t<double, py::array::c_style>& points) {
  const std::int64_t k = points.shape(0);
  py::array_t<bool> out({masks.view.n, k});
  bool* to = out.mutable_data();
  const double* from = points.data();
  const ReleaseLock release(double(masks.view.total_counts()) + 20.0 * double(k) +
                            double(masks.view.n) * double(k));
  cpu::contains(masks.view, from, k, to, current_exec());
  return out;
}

}  // namespace

ME_BIND(contains) {
  module.def("contains", contains, py::arg("masks"), py::arg("points").noconvert());
}

}  // namespace me::bind::contains_calls
