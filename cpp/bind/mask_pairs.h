// Pairs of masks as Python hands them over: batches of runs, or arrays. The package has checked
// that the masks of a pair agree in size.
#pragma once
#include "bind/arrays.h"
#include "bind/batch.h"
#include "runs/line_pairs.h"

namespace me::bind {

// `none` is Python's None, or the void pixels of all pairs or of each.
inline MaskPairs mask_pairs(const Batch& a, const Batch& b, const py::object& none) {
  MaskPairs pairs;
  pairs.are_runs = true;
  pairs.n = a.view.n;
  pairs.run_a = a.view;
  pairs.run_b = b.view;
  require(b.view.n == pairs.n, ErrorKind::shape_mismatch, "prediction", "expected as many masks");
  if (!none.is_none()) pairs.run_void = none.cast<const Batch&>().view;
  for (std::int64_t i = 0; i < pairs.n; i++) {
    const Size size = pairs.run_a.size(i);
    bool fits = pairs.run_b.size(i) == size;
    if (pairs.run_void) fits = fits && pairs.run_void->size(pairs.run_void->n == 1 ? 0 : i) == size;
    require(fits, ErrorKind::shape_mismatch, "prediction", "expected masks of one size", i);
  }
  return pairs;
}

inline MaskPairs mask_pairs(const py::array& a, const py::array& b, const py::object& none) {
  MaskPairs pairs;
  pairs.array_a = mask_view(a);
  pairs.array_b = mask_view(b);
  pairs.n = pairs.array_a.n;
  const auto fits = [&pairs](const MaskView& view) {
    return view.height == pairs.array_a.height && view.width == pairs.array_a.width;
  };
  require(pairs.array_b.n == pairs.n && fits(pairs.array_b), ErrorKind::shape_mismatch,
          "prediction", "expected the shape of the reference");
  if (!none.is_none()) {
    pairs.array_void = mask_view(none.cast<py::array>());
    require(fits(*pairs.array_void) && (pairs.array_void->n == 1 || pairs.array_void->n == pairs.n),
            ErrorKind::shape_mismatch, "void", "expected the shape of the reference");
  }
  return pairs;
}

}  // namespace me::bind
