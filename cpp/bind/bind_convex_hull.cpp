#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/convex_hull/convex_hull.h"

namespace me::bind::convex_hull_calls {

ME_BIND(convex_hull) {
  module.def(
      "convex_hull",
      [](const Batch& masks) {
        const ReleaseLock release(double(masks.view.n) * cpu::convex_hull_ns(masks.view));
        return wrap(cpu::convex_hull(masks.view, current_exec()));
      },
      py::arg("masks"));
}

}  // namespace me::bind::convex_hull_calls
