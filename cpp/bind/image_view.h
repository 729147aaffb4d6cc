// NumPy images -> views. The package has checked rank, dtype and byte order before.
#pragma once
#include "bind/arrays.h"
#include "runs/image_view.h"

namespace me::bind {

inline ImageView image_view(const py::array& array) {
  const auto rank = array.ndim();
  require(rank == 2 || rank == 3, ErrorKind::shape_mismatch, "image",
          "expected shape (H, W) or (H, W, C)");
  ImageView view;
  view.data = static_cast<const char*>(array.data());
  view.half = array.dtype().kind() == 'f' && array.itemsize() == 2;
  view.element = view.half ? Element::f32 : element_of(array);
  view.size = {array.shape(0), array.shape(1)};
  view.row_stride = array.strides(0);
  view.column_stride = array.strides(1);
  if (rank == 3) {
    view.channels = array.shape(2);
    view.channel_stride = array.strides(2);
  }
  require(view.channels >= 1 && view.channels <= max_channels, ErrorKind::shape_mismatch, "image",
          "expected 1 to 4 channels");
  require(view.size.height <= max_side && view.size.width <= max_side, ErrorKind::limit, "image",
          "expected sides below 2^31");
  return view;
}

}  // namespace me::bind
