#include <utility>
#include <vector>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/frame_stats/frame_stats.h"

namespace me::bind::frame_stats_calls {

ME_BIND(frame_stats) {
  // A tuple of maps (H, W) of any integers; labels come as int64.
  module.def(
      "frame_stats",
      [](const py::tuple& maps, const py::array_t<std::int64_t, py::array::c_style>& voids,
         bool corners) {
        std::vector<MaskView> views;
        double bytes = 0;
        for (std::size_t i = 0; i < maps.size(); i++) {
          const auto map = py::reinterpret_borrow<py::object>(maps[i]).cast<py::array>();
          require(map.ndim() == 2, ErrorKind::shape_mismatch, "maps", "expected shape (H, W)",
                  static_cast<std::int64_t>(i));
          views.push_back(mask_view(map));
          require(views.back().height <= max_side && views.back().width <= max_side,
                  ErrorKind::limit, "maps", "expected sides below 2^31",
                  static_cast<std::int64_t>(i));
          bytes += double(map.nbytes());
        }
        cpu::FrameStats found;
        {
          const ReleaseLock release(0.2 * bytes);
          found = cpu::frame_stats(views.data(), static_cast<std::int64_t>(views.size()),
                                   voids.data(), voids.size(), corners, current_exec());
        }
        const std::int64_t n = found.area.size();
        const std::int64_t pairs = found.edges.size();
        return py::make_tuple(
            to_array(std::move(found.label_offsets)), to_array(std::move(found.pair_offsets)),
            to_array(std::move(found.void_pixels)), to_array(std::move(found.labels)),
            to_array(std::move(found.area)), to_array(std::move(found.components)),
            to_array(std::move(found.largest)), to_array(std::move(found.boundary)),
            to_array(std::move(found.boxes), {n, std::int64_t{4}}),
            to_array(std::move(found.touches_border)),
            to_array(std::move(found.pair_labels), {pairs, std::int64_t{2}}),
            to_array(std::move(found.edges)));
      },
      py::arg("maps"), py::arg("voids"), py::arg("corners"));
}

}  // namespace me::bind::frame_stats_calls
