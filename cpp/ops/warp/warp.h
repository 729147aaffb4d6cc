// warp: masks seen through an affine or perspective map. Runs on the CPU.
#pragma once
#include <cstdint>
#include <optional>

#include "base/exec.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// Where whole coordinates lie: on the edges of pixels, or on their centres.
enum class Whole { edges, centres };

// One matrix of nine numbers, row by row, and one (height, width) for all masks, or one for each.
// The matrix takes coordinates of the result to those of the source; affine when its last row is
// 0, 0, 1. A pixel of the result shows the source pixel that holds the image of its centre,
// computed in double precision in the order of map.h; background when there is none.
struct WarpGiven {
  const double* matrices;
  bool each_matrix;
  const std::int64_t* sizes;
  bool each_size;
  Whole whole;
};

Runs warp(const RunsView& masks, const WarpGiven& given, const Exec& exec);
// Nothing where the runs of masks are long, or the results are much larger.
std::optional<PackedMasks> warp(const PackedView& masks, const WarpGiven& given, const Exec& exec);

}  // namespace me::cpu
