// Labels rows of volumes of labels, many runs at once, from up to four rows beside each.
#pragma once
#include <cstdint>

#include "runs/value_joins.h"
#include "runs/voxel_regions.h"

namespace me {

// Planes of changes and of runs: of the plane in hand, and of the one before it. Where there is
// none before, it has no rows.
struct TwoPlanes {
  const std::uint64_t *changes, *changes_before;
  ValueRuns *plane, *before;
};

class VoxelJoiner {
 public:
  VoxelJoiner(const kernels::JoinKernels& kernels, VoxelConnectivity connectivity,
              VoxelForest& forest)
      : kernels_(kernels), connectivity_(connectivity), forest_(forest) {}

  // Adds row y, the next one, to plane number z and labels it: `width` values of `bytes` bytes,
  // the changes of which are in their place.
  void add(const TwoPlanes& planes, const char* values, std::int64_t bytes, std::int64_t width,
           std::int64_t y, std::int64_t z);

 private:
  const kernels::JoinKernels& kernels_;
  VoxelConnectivity connectivity_;
  VoxelForest& forest_;
};

// The same plane, as join_planes takes it.
PlaneRows to_plane(ValueRuns& plane);

}  // namespace me
