// Integers given once for all masks, or one row for each.
#pragma once
#include "bind/batch.h"

namespace me::bind {

struct PerMask {
  using Array = py::array_t<std::int64_t, py::array::c_style>;

  PerMask(const Batch& masks, const Array& array, std::int64_t columns, const char* parameter)
      : values(array.data()), each(array.ndim() == 2) {
    require(array.size() == columns * (each ? masks.view.n : 1), ErrorKind::shape_mismatch,
            parameter, "expected one row of values for each mask");
  }

  const std::int64_t* values;
  bool each;
};

}  // namespace me::bind
