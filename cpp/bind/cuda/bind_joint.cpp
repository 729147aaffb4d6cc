#include "bind/cuda/device_arrays.h"
#include "bind/registry.h"
#include "ops/joint/joint.h"

namespace me::bind::joint_calls {

ME_BIND(joint) {
  module.def(
      "joint",
      [](const PythonQueue& on, const py::tuple& maps) {
        require(maps.size() == 1 || maps.size() == 2, ErrorKind::argument, "maps",
                "expected one map or two");
        MaskView views[2];
        for (std::size_t k = 0; k < maps.size(); k++) {
          views[k] = DeviceView(maps[k]).stack<MaskView>();
        }
        cuda::DeviceJoint found;
        {
          const py::gil_scoped_release release;
          found = cuda::joint(on.queue, views, static_cast<std::int64_t>(maps.size()));
        }
        return py::make_tuple(owner_of(found.labels.memory), found.labels.n,
                              owner_of(found.pixels.memory), found.pixels.n);
      },
      py::arg("queue"), py::arg("maps"));
}

}  // namespace me::bind::joint_calls
