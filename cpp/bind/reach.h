// The footprint of morphology as Python hands it over, and the two forms of each operation.
#pragma once
#include <optional>
#include <utility>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "runs/morphology.h"

namespace me::bind {

// Calls op(view) with the bits of the batch where it has them and op gives something, else with its
// runs, without the interpreter lock. Each pass over a mask costs what morphology does. Bits that
// came to have long runs are given as runs.
template <class Op>
DualBatch morphology_of(const DualBatch& masks, const Reach& reach, int passes, Op op) {
  double pixels = 0;
  for (std::int64_t i = 0; i < masks.n(); i++) pixels += double(masks.size(i).area());
  const double ns = passes * morphology_cost(reach, pixels);
  if (const PackedView* bits = masks.bits()) {
    std::optional<PackedMasks> result;
    std::optional<Runs> runs;
    {
      const ReleaseLock release(ns);
      result = op(*bits);
      if (result && !runs_stay_short(result->view())) runs = unpack(result->view(), current_exec());
    }
    if (runs) return DualBatch(wrap(std::move(*runs)));
    if (result) return DualBatch(std::move(*result));
  }
  const RunsView& view = masks.runs().view;
  const ReleaseLock release(ns);
  return DualBatch(wrap(op(view)));
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
