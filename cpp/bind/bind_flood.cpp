#include <array>
#include <utility>

#include "bind/flood_request.h"
#include "bind/registry.h"

namespace me::bind::flood_calls {
namespace {

py::tuple flood(const py::array& image, const py::object& seed, const py::tuple& below,
                const py::tuple& above, bool floating, bool diagonal,
                std::array<std::int64_t, 4> box, std::int64_t max_area, const py::object& barrier,
                const py::object& region, const FloodRanges& values, const py::object& out,
                std::uint64_t value) {
  HeldFlood held(image_view(image), seed);
  cpu::FloodRequest& request = held.request;
  const Size size = request.image.size;
  request.tolerance = tolerance_of(request.image, below, above);
  request.mode = floating ? cpu::FloodMode::floating : cpu::FloodMode::fixed;
  request.limits.max_area = max_area;
  request.limits.diagonal = diagonal;
  held.set_box(box);
  held.set_barrier(barrier, values);
  request.region = mask_rows(region, size, "region");
  std::optional<MutableMaskView> painted;
  if (!out.is_none()) {
    auto array = out.cast<py::array>();
    painted = mutable_mask_view(array);
    require(painted->n == 1 && Size{painted->height, painted->width} == size,
            ErrorKind::shape_mismatch, "out", "expected the size of the image");
  }
  cpu::Flooded flooded;
  {
    const ReleaseLock release(double(size.area()));
    flooded = cpu::flood(request, painted ? &*painted : nullptr, value);
  }
  const PixelBox& found = flooded.box;
  return py::make_tuple(wrap(std::move(flooded.masks)),
                        py::make_tuple(found.left, found.top, found.right, found.bottom),
                        flooded.area, flooded.complete);
}

}  // namespace

ME_BIND(flood) {
  module.def("flood", flood, py::arg("image"), py::arg("seed"), py::arg("below"), py::arg("above"),
             py::arg("floating"), py::arg("diagonal"), py::arg("box"), py::arg("max_area"),
             py::arg("barrier"), py::arg("region"), py::arg("values"), py::arg("out"),
             py::arg("value"));
}

}  // namespace me::bind::flood_calls
