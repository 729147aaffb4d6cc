#include <string>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "bind/small_stack.h"
#include "ops/decode/decode.h"

namespace me::bind::decode_calls {
namespace {

std::string pair_text(const Size& size) {
  return "(" + std::to_string(size.height) + ", " + std::to_string(size.width) + ")";
}

// (0, 0) when there are no masks.
Size size_of_all(const RunsView& view) {
  const Size size = view.n == 0 ? Size{0, 0} : view.size(0);
  for (std::int64_t i = 1; i < view.n; i++) {
    if (view.size(i) == size) continue;
    throw Error(ErrorKind::shape_mismatch, "masks",
                "expected masks of one size, got " + pair_text(size) + " and " +
                    pair_text(view.size(i)) + "; decode them one by one",
                i);
  }
  return size;
}

py::tuple common_size(const Batch& masks) {
  const Size size = size_of_all(masks.view);
  return py::make_tuple(masks.view.n, size.height, size.width);
}

// A new stack of masks; None where it is not small, and the package makes one.
py::object decode_small(const Batch& masks, const py::dtype& dtype, bool fortran,
                        std::uint64_t value) {
  const RunsView& view = masks.view;
  const Size size = size_of_all(view);
  if (!is_small_stack(view.n, size)) return py::none();
  const auto bytes = static_cast<std::int64_t>(dtype.itemsize());
  const std::int64_t item = size.area() * bytes;
  const std::int64_t row = fortran ? bytes : size.width * bytes;
  const std::int64_t column = fortran ? size.height * bytes : bytes;
  py::array out =
      cleared_array(dtype, {view.n, size.height, size.width}, {item, row, column}, view.n * item);
  const MutableMaskView dense = mutable_mask_view(out);
  const ReleaseLock release(0.1 * double(out.nbytes()));
  cpu::decode(view, dense, value, true, current_exec());
  return std::move(out);
}

}  // namespace

ME_BIND(decode) {
  module.def("common_size", common_size, py::arg("masks"));
  module.def("decode_small", decode_small, py::arg("masks"), py::arg("dtype"), py::arg("fortran"),
             py::arg("value"));
  // The package has checked that the shapes agree and that `value` fits the dtype.
  module.def(
      "decode",
      [](const Batch& masks, py::array out, std::uint64_t value, bool is_zero) {
        const MutableMaskView view = mutable_mask_view(out);
        require(view.n == masks.view.n, ErrorKind::shape_mismatch, "out",
                "expected as many masks as in the batch");
        for (std::int64_t i = 0; i < view.n; i++) {
          require(masks.view.size(i) == Size{view.height, view.width}, ErrorKind::shape_mismatch,
                  "out", "expected the size of the mask", i);
        }
        const ReleaseLock release(0.1 * double(out.nbytes()));
        cpu::decode(masks.view, view, value, is_zero, current_exec());
      },
      py::arg("masks"), py::arg("out"), py::arg("value"), py::arg("is_zero") = false);
}

}  // namespace me::bind::decode_calls
