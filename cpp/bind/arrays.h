// NumPy arrays -> views. The package has checked rank, dtype and byte order before.
#pragma once
#include <pybind11/numpy.h>

#include <string>

#include "base/error.h"
#include "base/view.h"

namespace me::bind {

namespace py = pybind11;

inline Element element_of(const py::array& array) {
  const char kind = array.dtype().kind();
  const auto bytes = array.itemsize();
  switch (kind) {
    case 'b':
      return Element::u8;
    case 'u':
      return bytes == 1   ? Element::u8
             : bytes == 2 ? Element::u16
             : bytes == 4 ? Element::u32
                          : Element::u64;
    case 'i':
      return bytes == 1   ? Element::i8
             : bytes == 2 ? Element::i16
             : bytes == 4 ? Element::i32
                          : Element::i64;
    case 'f':
      if (bytes == 4) return Element::f32;
      if (bytes == 8) return Element::f64;
      break;
    default:
      break;
  }
  throw Error(ErrorKind::type, "mask", "expected a bool, integer, float32 or float64 dtype");
}

// A view of an (H, W) or (N, H, W) array.
template <class View, class Pointer>
View stack_view(const py::array& array, Pointer data) {
  const auto rank = array.ndim();
  require(rank == 2 || rank == 3, ErrorKind::shape_mismatch, "mask",
          "expected shape (H, W) or (N, H, W)");
  const auto first = rank - 2;
  return View{data,
              element_of(array),
              rank == 3 ? array.shape(0) : 1,
              array.shape(first),
              array.shape(first + 1),
              rank == 3 ? array.strides(0) : 0,
              array.strides(first),
              array.strides(first + 1)};
}

inline MaskView mask_view(const py::array& array) {
  return stack_view<MaskView>(array, static_cast<const char*>(array.data()));
}

inline MutableMaskView mutable_mask_view(py::array& array) {
  return stack_view<MutableMaskView>(array, static_cast<char*>(array.mutable_data()));
}

// Whether an array is what kernels take as it is: not of a subclass, bool or integers of native
// byte order.
inline bool is_plain(const py::object& object) {
  if (Py_TYPE(object.ptr()) != py::detail::npy_api::get().PyArray_Type_) return false;
  const py::dtype dtype = py::reinterpret_borrow<py::array>(object).dtype();
  const char kind = dtype.kind();
  const char order = dtype.byteorder();
  return (kind == 'b' || kind == 'u' || kind == 'i') && (order == '=' || order == '|');
}

// The index at place k of a list, which is to be in [0, n).
inline std::int64_t checked_index(std::int64_t index, std::int64_t n, std::int64_t k) {
  if (index >= 0 && index < n) return index;
  throw Error(ErrorKind::argument, "index",
              "expected indices in [0, " + std::to_string(n) + "), got " + std::to_string(index),
              k);
}

}  // namespace me::bind
