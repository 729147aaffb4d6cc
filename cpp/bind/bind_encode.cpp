#include <pybind11/stl.h>

#include <optional>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/encode/encode.h"

namespace me::bind::encode_calls {
namespace {

Batch encoded(const py::array& masks, std::optional<double> threshold) {
  const MaskView view = mask_view(masks);
  require(view.height <= max_side && view.width <= max_side, ErrorKind::limit, "mask",
          "expected sides below 2^31");
  const ReleaseLock release(0.08 * double(masks.nbytes()));
  return wrap(cpu::encode(view, threshold, current_exec()));
}

// The Masks of a plain array (H, W) or (N, H, W), and None for all else: one mask of a few pixels
// takes two thirds of the time that it takes when the package looks at the array.
py::object encode_array(const py::object& mask) {
  if (!is_plain(mask)) return py::none();
  const auto array = py::reinterpret_borrow<py::array>(mask);
  if (array.ndim() != 2 && array.ndim() != 3) return py::none();
  return masks_of(encoded(array, std::nullopt));
}

}  // namespace

ME_BIND(encode) {
  module.def("encode", encoded, py::arg("masks"), py::arg("threshold") = py::none());
  module.def("encode_array", encode_array, py::arg("mask"));
  module.def(
      "encode_bits",
      [](const py::array_t<std::uint8_t>& bits, std::int64_t width, bool highest_first) {
        require(bits.ndim() == 3 && width >= 0 && bits.shape(2) == (width + 7) / 8 &&
                    (bits.strides(2) == 1 || bits.shape(2) < 2 || bits.size() == 0),
                ErrorKind::shape_mismatch, "bits", "expected the bytes of rows, side by side");
        require(bits.shape(1) <= max_side && width <= max_side, ErrorKind::limit, "bits",
                "expected sides below 2^31");
        const cpu::BitsView view{bits.data(),     bits.shape(0),   bits.shape(1), width,
                                 bits.strides(0), bits.strides(1), highest_first};
        const ReleaseLock release(0.4 * double(bits.nbytes()));
        return wrap(cpu::encode_bits(view, current_exec()));
      },
      py::arg("bits"), py::arg("width"), py::arg("highest_first"));
}

}  // namespace me::bind::encode_calls
