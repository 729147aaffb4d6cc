#include <pybind11/stl.h>

#include "base/parallel.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "geometry/box_overlap.h"

namespace me::bind::box_iou_calls {
namespace {

using Doubles = py::array_t<double, py::array::c_style>;
using Flags = py::array_t<std::uint8_t, py::array::c_style>;

// `crowd` has one flag per box of b, or is None.
py::array_t<double, py::array::f_style> box_overlaps(const Doubles& a, const Doubles& b,
                                                     const std::optional<Flags>& crowd, bool xyxy) {
  const std::int64_t n_a = a.size() / 4;
  const std::int64_t n_b = b.size() / 4;
  py::array_t<double, py::array::f_style> out({n_a, n_b});
  double* values = out.mutable_data();
  const std::uint8_t* flags = crowd ? crowd->data() : nullptr;
  const BoxFormat format = xyxy ? BoxFormat::xyxy : BoxFormat::xywh;
  const ReleaseLock release(1.0 * double(n_a) * double(n_b));
  for_ranges(current_exec(), n_b, 1.0 * double(n_a), [&](std::int64_t begin, std::int64_t end) {
    box_iou(a.data(), n_a, b.data() + 4 * begin, end - begin,
            flags == nullptr ? nullptr : flags + begin, values + begin * n_a, format);
  });
  return out;
}

}  // namespace

ME_BIND(box_iou) {
  module.def("box_overlaps", box_overlaps, py::arg("a"), py::arg("b"),
             py::arg("crowd").noconvert().none(true), py::arg("xyxy"));
}

}  // namespace me::bind::box_iou_calls
