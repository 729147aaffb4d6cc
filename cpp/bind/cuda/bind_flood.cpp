#include <pybind11/stl.h>

#include <tuple>

#include "bind/cuda/device_arrays.h"
#include "bind/registry.h"
#include "ops/flood/flood.h"

namespace me::bind::flood_calls {
namespace {

using Box = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t>;

ImageView image_of(const DeviceView& array) {
  require(array.rank == 2 || array.rank == 3, ErrorKind::shape_mismatch, "image",
          "expected shape (H, W) or (H, W, C)");
  ImageView image;
  image.data = array.data;
  image.element = array.element;
  image.channels = array.rank == 3 ? array.shape[2] : 1;
  require(image.channels >= 1 && image.channels <= max_channels, ErrorKind::shape_mismatch, "image",
          "expected 1 to 4 channels");
  image.size = {array.shape[0], array.shape[1]};
  image.row_stride = array.strides[0];
  image.column_stride = array.strides[1];
  image.channel_stride = array.rank == 3 ? array.strides[2] : 0;
  return image;
}

Tolerance tolerance_of(const ImageView& image, const py::tuple& below, const py::tuple& above) {
  Tolerance tolerance;
  const bool real = image.element == Element::f16 || image.element == Element::f32 ||
                    image.element == Element::f64;
  for (std::size_t c = 0; c < static_cast<std::size_t>(image.channels); c++) {
    if (real) {
      tolerance.real_below[c] = below[c].cast<double>();
      tolerance.real_above[c] = above[c].cast<double>();
    } else {
      tolerance.whole_below[c] = below[c].cast<std::uint64_t>();
      tolerance.whole_above[c] = above[c].cast<std::uint64_t>();
    }
  }
  return tolerance;
}

bool mask_of(const py::object& mask, Size size, MaskView& view) {
  if (mask.is_none()) return false;
  view = DeviceView(mask).stack<MaskView>();
  require(view.n == 1 && view.height == size.height && view.width == size.width,
          ErrorKind::shape_mismatch, "mask", "expected the size of the image");
  return true;
}

py::tuple flood(const PythonQueue& on, const py::object& image, const py::object& seeds,
                const py::tuple& below, const py::tuple& above, bool floating, bool corners,
                const Box& box, std::int64_t max_area, const py::object& barrier,
                const py::object& region, const py::object& values, const py::object& out,
                std::uint64_t value) {
  cuda::FloodQuestion ask;
  ask.image = image_of(DeviceView(image));
  const DeviceView places(seeds);
  ask.n_seeds = places.size() / 2;
  ask.seeds = places.values<std::int64_t>(2 * ask.n_seeds);
  ask.tolerance = tolerance_of(ask.image, below, above);
  ask.one_way = !below.equal(above);
  std::tie(ask.box.left, ask.box.top, ask.box.right, ask.box.bottom) = box;
  ask.has_barrier = mask_of(barrier, ask.image.size, ask.barrier);
  ask.has_region = mask_of(region, ask.image.size, ask.region);
  if (!values.is_none()) {
    const DeviceView ranges(values);
    ask.n_values = ranges.size() / 2;
    ask.values =
        reinterpret_cast<const cpu::ValueRange*>(ranges.values<std::uint64_t>(ranges.size()));
  }
  MutableMaskView target{};
  if (!out.is_none()) target = DeviceView(out).stack<MutableMaskView>();
  cuda::DeviceFlooded found;
  {
    const LockReleased release;
    const auto mode = floating ? cpu::FloodMode::floating : cpu::FloodMode::fixed;
    found = cuda::flood(on.queue, ask, mode, corners, max_area, out.is_none() ? nullptr : &target,
                        value);
  }
  const cuda::FloodSums& sums = found.sums;
  return py::make_tuple(given(found.masks),
                        py::make_tuple(sums.left, sums.top, sums.right, sums.bottom), sums.area,
                        found.complete);
}

}  // namespace

ME_BIND(flood) {
  module.def("flood", flood, py::arg("queue"), py::arg("image"), py::arg("seeds"), py::arg("below"),
             py::arg("above"), py::arg("floating"), py::arg("corners"), py::arg("box"),
             py::arg("max_area"), py::arg("barrier"), py::arg("region"), py::arg("values"),
             py::arg("out"), py::arg("value"));
}

}  // namespace me::bind::flood_calls
