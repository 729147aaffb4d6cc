#include <string>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "bind/small_stack.h"
#include "ops/decode/decode.h"

namespace me::bind::decode_calls {
namespace {

// (0, 0) when there are no masks.
Size size_of_all(const DualBatch& masks) {
  const std::int64_t n = masks.n();
  const Size size = n == 0 ? Size{0, 0} : masks.size(0);
  for (std::int64_t i = 1; i < n; i++) {
    if (masks.size(i) == size) continue;
    throw Error(ErrorKind::shape_mismatch, "masks",
                "expected masks of one size, got " + text_of(size) + " and " +
                    text_of(masks.size(i)) + "; decode them one by one",
                i);
  }
  return size;
}

py::tuple common_size(const DualBatch& masks) {
  const Size size = size_of_all(masks);
  return py::make_tuple(masks.n(), size.height, size.width);
}

// `out` is of the masks' size; where it is known to be zero, little else is written.
void decode_into(const DualBatch& masks, const MutableMaskView& out, std::uint64_t value,
                 bool is_zero, double bytes) {
  if (const PackedView* bits = masks.bits()) {
    const ReleaseLock release(0.1 * bytes);
    if (cpu::decode(*bits, out, value, current_exec())) return;
  }
  const RunsView& runs = masks.runs().view;
  const ReleaseLock release(0.1 * bytes);
  cpu::decode(runs, out, value, is_zero, current_exec());
}

// A new stack of masks; None where it is not small, and the package makes one.
py::object decode_small(const DualBatch& masks, const py::dtype& dtype, bool fortran,
                        std::uint64_t value) {
  const std::int64_t n = masks.n();
  const Size size = size_of_all(masks);
  if (!is_small_stack(n, size)) return py::none();
  const auto bytes = static_cast<std::int64_t>(dtype.itemsize());
  const std::int64_t item = size.area() * bytes;
  const std::int64_t row = fortran ? bytes : size.width * bytes;
  const std::int64_t column = fortran ? size.height * bytes : bytes;
  py::array out = cleared_array(dtype, {n, size.height, size.width}, {item, row, column}, n * item);
  decode_into(masks, mutable_mask_view(out), value, true, double(out.nbytes()));
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
      [](const DualBatch& masks, py::array out, std::uint64_t value, bool is_zero) {
        const MutableMaskView view = mutable_mask_view(out);
        require(view.n == masks.n(), ErrorKind::shape_mismatch, "out",
                "expected as many masks as in the batch");
        for (std::int64_t i = 0; i < view.n; i++) {
          require_size("out", i, masks.size(i), Size{view.height, view.width});
        }
        decode_into(masks, view, value, is_zero, double(out.nbytes()));
      },
      py::arg("masks"), py::arg("out"), py::arg("value"), py::arg("is_zero") = false);
}

}  // namespace me::bind::decode_calls
