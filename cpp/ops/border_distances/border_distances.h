// border_distances: how far the border elements of masks lie from those of other masks, as counts
// by distance. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/exec.h"
#include "ops/border_distances/elements.h"
#include "runs/line_pairs.h"

namespace me::cpu {

// From one row to the next, and from one column to the next.
struct PixelSpacing {
  double y, x;
};

// Row k: count[k] elements of kind[k] of one side of pair item[k] (side 0: of the first mask) lie
// at squared distance squared[k] from the nearest of the other side; infinite when it has none.
// Sorted by item, side, distance, kind. Kinds are as seen along rows: 1 is a border along a row, 2
// one along a column.
struct BorderDistances {
  Buffer<std::int64_t> item;
  Buffer<std::uint8_t> side, kind;
  Buffer<double> squared;
  Buffer<std::int64_t> count;
};

BorderDistances border_distances(const MaskPairs& pairs, BorderElements elements,
                                 const PixelSpacing& spacing, const Exec& exec);

// Points of both sides of n pairs: those of pair i are [starts[i], starts[i + 1]), sorted by line,
// then by position.
struct PointSets {
  const std::int64_t* starts;
  const std::int64_t* lines;
  const std::int32_t* at;
  const std::uint8_t* kinds;
};

BorderDistances point_distances(const PointSets& a, const PointSets& b, std::int64_t n,
                                const PixelSpacing& spacing, const Exec& exec);

}  // namespace me::cpu
