#include <utility>

#include "bind/arrays.h"
#include "bind/region_changes.h"
#include "bind/registry.h"
#include "ops/absorb_small/absorb_small.h"

namespace me::bind::absorb_small_calls {
namespace {

py::tuple absorb_small(py::array& maps, bool corners, bool to_neighbours, const LabelBits& labels,
                       const Limits& limits, std::int64_t otherwise) {
  const MutableMaskView view = mutable_mask_view(maps);
  const cpu::AbsorbRule rule{corners, to_neighbours, class_limits(labels, limits, otherwise)};
  const Exec exec = current_exec();
  RegionChanges changes;
  {
    const ReleaseLock release(0.1 * double(maps.nbytes()));
    changes = cpu::absorb_small(view, rule, exec);
  }
  return to_tuple(std::move(changes));
}

}  // namespace

ME_BIND(absorb_small) {
  module.def("absorb_small", absorb_small, py::arg("maps"), py::arg("corners"),
             py::arg("to_neighbours"), py::arg("labels"), py::arg("limits"), py::arg("otherwise"));
}

}  // namespace me::bind::absorb_small_calls
