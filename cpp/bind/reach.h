// The footprint of morphology as Python hands it over, and the two forms of each operation.
#pragma once
#include "bind/arrays.h"
#include "bind/batch.h"
#include "runs/morphology.h"

namespace me::bind {

// What a batch may take, in nanoseconds.
inline double morphology_cost_of(const Batch& masks, const Reach& reach) {
  double pixels = 0;
  for (std::int64_t i = 0; i < masks.view.n; i++) pixels += double(masks.view.size(i).area());
  return morphology_cost(reach, pixels);
}

// The package has checked `shape` (the index of a Shape) and the radii.
inline Reach reach_of(int shape, double y, double x) { return {static_cast<Shape>(shape), y, x}; }

// An array and the one its result goes to: their shapes agree.
struct ArrayPair {
  ArrayPair(const py::array& array, py::array& result)
      : masks(mask_view(array)), out(mutable_mask_view(result)) {
    require(masks.n == out.n && masks.height == out.height && masks.width == out.width,
            ErrorKind::shape_mismatch, "out", "expected the shape of the masks");
  }
  double pixels() const { return double(masks.n) * double(masks.height) * double(masks.width); }

  MaskView masks;
  MutableMaskView out;
};

}  // namespace me::bind
