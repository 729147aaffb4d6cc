#include <utility>
#include <vector>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/joint/joint.h"

namespace me::bind::joint_calls {

ME_BIND(joint) {
  module.def(
      "joint",
      [](const py::tuple& maps) {
        const auto k = static_cast<std::int64_t>(maps.size());
        require(k >= 1 && k <= cpu::max_joint_maps, ErrorKind::argument, "maps",
                "expected 1 to 64 maps");
        std::vector<MaskView> views;
        double bytes = 0;
        for (std::int64_t m = 0; m < k; m++) {
          const auto map = py::array::ensure(maps[static_cast<std::size_t>(m)]);
          require(bool(map), ErrorKind::type, "maps", "expected an array", m);
          const MaskView view = mask_view(map);
          require(view.element != Element::f32 && view.element != Element::f64, ErrorKind::type,
                  "maps", "expected a bool or integer dtype", m);
          views.push_back(view);
          require(view.n == views[0].n && view.height == views[0].height &&
                      view.width == views[0].width,
                  ErrorKind::shape_mismatch, "maps", "expected the shape of the first map", m);
          bytes += double(map.nbytes());
        }
        cpu::JointCounts found;
        {
          const ReleaseLock release(0.3 * bytes);
          found = cpu::joint(views.data(), k, current_exec());
        }
        const std::int64_t n = found.pixels.size();
        return py::make_tuple(to_array(std::move(found.labels), {n, k}),
                              to_array(std::move(found.pixels)));
      },
      py::arg("maps"));
}

}  // namespace me::bind::joint_calls
