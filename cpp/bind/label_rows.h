// A label map -> rows of labels. The package has made rows of one piece each.
#pragma once
#include "bind/arrays.h"
#include "runs/label_bands.h"

namespace me::bind {

// Is each row of an array (H, W) one piece of memory?
inline bool has_whole_rows(const py::array& array) {
  return array.size() == 0 || array.shape(1) == 1 || array.strides(1) == array.itemsize();
}

inline LabelRows label_rows(const py::array& labels) {
  require(labels.ndim() == 2 && has_whole_rows(labels), ErrorKind::shape_mismatch, "masks",
          "expected shape (H, W), row by row");
  return {static_cast<const char*>(labels.data()), labels.itemsize(), labels.shape(0),
          labels.shape(1), labels.strides(0)};
}

}  // namespace me::bind
