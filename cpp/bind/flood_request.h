// Seeds, tolerances and masks of a flood as Python hands them over.
#pragma once
#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "bind/batch.h"
#include "bind/image_view.h"
#include "ops/flood/flood.h"

namespace me::bind {

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
inline Tolerance tolerance_of(const ImageView& image, const py::tuple& below,
                              const py::tuple& above) {
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

inline std::optional<MaskRows> mask_rows(const py::object& mask, Size size, const char* parameter) {
  if (mask.is_none()) return {};
  if (py::isinstance<DualBatch>(mask)) {
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

using FloodRanges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

// A request and what it points to.
struct HeldFlood {
  HeldFlood(const ImageView& image, const py::object& seed) : seeds(seed, image.size) {
    request.image = image;
    request.seeds = seeds.values;
    request.n_seeds = seeds.n;
    request.limits.box = {0, 0, image.size.width, image.size.height};
  }
  HeldFlood(const HeldFlood&) = delete;
  HeldFlood& operator=(const HeldFlood&) = delete;

  void set_box(const std::array<std::int64_t, 4>& box) {
    const Size size = request.image.size;
    request.limits.box = {std::max<std::int64_t>(box[0], 0), std::max<std::int64_t>(box[1], 0),
                          std::min(box[2], size.width), std::min(box[3], size.height)};
  }
  void set_barrier(const py::object& barrier, const FloodRanges& values) {
    request.barrier = mask_rows(barrier, request.image.size, "barrier");
    for (const auto& [low, high] : values) request.barrier_values.push_back({low, high});
  }

  Seeds seeds;
  cpu::FloodRequest request;
};

}  // namespace me::bind
