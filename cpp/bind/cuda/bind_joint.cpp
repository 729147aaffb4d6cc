#include <vector>

#include "bind/cuda/device_arrays.h"
#include "bind/registry.h"
#include "ops/joint/joint.h"

namespace me::bind::joint_calls {

ME_BIND(joint) {
  module.def(
      "joint",
      [](const PythonQueue& on, const py::tuple& maps, const py::object& void_values,
         const py::object& void_begins) {
        const auto k = static_cast<std::int64_t>(maps.size());
        require(k >= 1 && k <= cpu::max_joint_maps, ErrorKind::argument, "maps",
                "expected 1 to 64 maps");
        std::vector<MaskView> views;
        for (const auto& map : maps) views.push_back(DeviceView(map).stack<MaskView>());
        cuda::DeviceVoid left_out{nullptr, nullptr};
        if (!void_begins.is_none()) {
          const DeviceView values(void_values);
          left_out.values = values.values<std::int64_t>(values.size());
          left_out.begins = DeviceView(void_begins).values<std::int64_t>(k + 1);
        }
        cuda::DeviceJoint found;
        {
          const LockReleased release;
          found = cuda::joint(on.queue, views.data(), k,
                              left_out.begins == nullptr ? nullptr : &left_out);
        }
        return py::make_tuple(owner_of(found.labels.memory), found.labels.n,
                              owner_of(found.pixels.memory), found.pixels.n);
      },
      py::arg("queue"), py::arg("maps"), py::arg("void_values"), py::arg("void_begins"));
}

}  // namespace me::bind::joint_calls
