#include <pybind11/stl.h>

#include <array>
#include <tuple>
#include <utility>
#include <vector>

#include "bind/batch.h"
#include "bind/image_view.h"
#include "bind/registry.h"
#include "ops/flood/flood.h"

namespace me::bind::flood_calls {
namespace {

// Pixels x, y, x, y, ...: a tuple of two integers, as a small call passes, or an (n, 2) array.
class Seeds {
 public:
  using Array = py::array_t<std::int64_t, py::array::c_style>;

  Seeds(const py::object& given, Size size) : values(one_), n(1) {
    if (PyTuple_CheckExact(given.ptr())) {
      std::tie(one_[0], one_[1]) = given.cast<std::pair<std::int64_t, std::int64_t>>();
    } else {
      const auto array = given.cast<Array>();
      values = array.data();
      n = array.size() / 2;
      keep_ = array;
    }
    for (std::int64_t i = 0; i < n; i++) {
      require(values[2 * i] >= 0 && values[2 * i] < size.width && values[2 * i + 1] >= 0 &&
                  values[2 * i + 1] < size.height,
              ErrorKind::argument, "seed", "expected a pixel of the image", i);
    }
  }
  Seeds(const Seeds&) = delete;
  Seeds& operator=(const Seeds&) = delete;

  const std::int64_t* values;
  std::int64_t n;

 private:
  std::int64_t one_[2] = {};
  py::object keep_;
};

// What each side of the tolerance allows, per channel: integers for integer images.
Tolerance tolerance_of(const ImageView& image, const py::tuple& below, const py::tuple& above) {
  Tolerance tolerance;
  require(static_cast<std::int64_t>(below.size()) == image.channels &&
              static_cast<std::int64_t>(above.size()) == image.channels,
          ErrorKind::shape_mismatch, "tolerance", "expected one number per channel");
  const bool real = image.element == Element::f32 || image.element == Element::f64;
  for (std::int64_t c = 0; c < image.channels; c++) {
    const auto k = static_cast<std::size_t>(c);
    if (real) {
      tolerance.real_below[c] = below[k].cast<double>();
      tolerance.real_above[c] = above[k].cast<double>();
    } else {
      tolerance.whole_below[c] = below[k].cast<std::uint64_t>();
      tolerance.whole_above[c] = above[k].cast<std::uint64_t>();
    }
  }
  return tolerance;
}

std::optional<MaskRows> mask_rows(const py::object& mask, Size size, const char* parameter) {
  if (mask.is_none()) return {};
  if (py::isinstance<Batch>(mask)) {
    const RunsView& view = mask.cast<const Batch&>().view;
    require(view.n == 1 && view.size(0) == size, ErrorKind::shape_mismatch, parameter,
            "expected one mask of the size of the image");
    return MaskRows(view[0]);
  }
  const MaskView view = mask_view(mask.cast<py::array>());
  require(view.n == 1 && Size{view.height, view.width} == size, ErrorKind::shape_mismatch,
          parameter, "expected one mask of the size of the image");
  return MaskRows(view);
}

using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

py::tuple flood(const py::array& image, const py::object& seed, const py::tuple& below,
                const py::tuple& above, bool floating, bool diagonal,
                std::array<std::int64_t, 4> box, std::int64_t max_area, const py::object& barrier,
                const py::object& region, const Ranges& values, const py::object& out,
                std::uint64_t value) {
  cpu::FloodRequest request;
  request.image = image_view(image);
  const Size size = request.image.size;
  const Seeds seeds(seed, size);
  request.seeds = seeds.values;
  request.n_seeds = seeds.n;
  request.tolerance = tolerance_of(request.image, below, above);
  request.mode = floating ? cpu::FloodMode::floating : cpu::FloodMode::fixed;
  request.limits.box = {std::max<std::int64_t>(box[0], 0), std::max<std::int64_t>(box[1], 0),
                        std::min(box[2], size.width), std::min(box[3], size.height)};
  request.limits.max_area = max_area;
  request.limits.diagonal = diagonal;
  request.barrier = mask_rows(barrier, size, "barrier");
  request.region = mask_rows(region, size, "region");
  for (const auto& [low, high] : values) request.barrier_values.push_back({low, high});
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
