#include <utility>

#include "bind/mask_pairs.h"
#include "bind/registry.h"
#include "ops/boundary_overlap/boundary_overlap.h"

namespace me::bind::boundary_overlap_calls {
namespace {

template <class Input>
py::array_t<std::int64_t> counts(const Input& a, const Input& b, const py::object& none,
                                 std::int64_t width, bool from_edge) {
  static_assert(sizeof(cpu::BoundaryOverlap) == 6 * sizeof(std::int64_t));
  const MaskPairs pairs = mask_pairs(a, b, none);
  Buffer<std::int64_t> out(6 * pairs.n);
  double pixels = 0;
  for (std::int64_t i = 0; i < pairs.n; i++) pixels += pair_pixels(pairs, i);
  {
    const ReleaseLock release(pixels / 5);
    cpu::boundary_overlap(pairs, width, from_edge,
                          reinterpret_cast<cpu::BoundaryOverlap*>(out.data()), current_exec());
  }
  return to_array(std::move(out), {pairs.n, std::int64_t{6}});
}

}  // namespace

ME_BIND(boundary_overlap) {
  module.def("boundary_overlap", counts<Batch>, py::arg("a"), py::arg("b"), py::arg("none"),
             py::arg("width"), py::arg("from_edge"));
  module.def("boundary_overlap_array", counts<py::array>, py::arg("a"), py::arg("b"),
             py::arg("none"), py::arg("width"), py::arg("from_edge"));
}

}  // namespace me::bind::boundary_overlap_calls
