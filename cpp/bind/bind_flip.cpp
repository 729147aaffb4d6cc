#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/flip/flip.h"

namespace me::bind::flip_calls {

ME_BIND(flip) {
  module.def(
      "flip",
      [](const DualBatch& masks, bool upside_down) {
        const cpu::Flip way = upside_down ? cpu::Flip::upside_down : cpu::Flip::left_right;
        return in_either_form(
            masks, 50, 3, [&](const auto& view) { return cpu::flip(view, way, current_exec()); });
      },
      py::arg("masks"), py::arg("upside_down"));
}

}  // namespace me::bind::flip_calls
