// Connected regions of volumes: runs of a row are joined with those of rows next to it, in its
// plane and in the plane before.
//
// Labels are given in raster order of first voxels (plane by plane, row by row), and the smaller
// one stays, as in regions.h.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/buffer.h"
#include "runs/regions.h"
#include "runs/value_joins_kernels.h"

namespace me {

// Which rows of the plane before touch row y: y alone, or its neighbours, too; and which rows touch
// at corners.
enum class VoxelConnectivity { faces, edges, corners };  // 6, 18, 26

// What is gathered of one region of voxels; bounds are half-open.
struct VoxelSums {
  std::uint64_t voxels = 0;
  LongSum twice_x, twice_y, twice_z;  // of the coordinates of voxel centres
  std::uint32_t x_begin = 0, x_end = 0, y_begin = 0, y_end = 0, z_begin = 0, z_end = 0;
  std::uint32_t first_x = 0, first_y = 0;  // of the first voxel, which lies in plane z_begin

  static VoxelSums starting_at(std::uint32_t x, std::uint32_t y, std::uint32_t z) {
    VoxelSums sums;
    sums.x_begin = sums.x_end = sums.first_x = x;
    sums.y_begin = sums.y_end = sums.first_y = y;
    sums.z_begin = sums.z_end = z;
    return sums;
  }

  // Adds voxels [begin, end) of row y in plane z.
  void add_run(std::uint32_t begin, std::uint32_t end, std::uint32_t y, std::uint32_t z) {
    const std::uint64_t length = end - begin;
    voxels += length;
    twice_x.add_times(std::uint64_t{begin} + end, length);
    twice_y.add(length * (2 * std::uint64_t{y} + 1));
    twice_z.add(length * (2 * std::uint64_t{z} + 1));
    x_begin = std::min(x_begin, begin);
    x_end = std::max(x_end, end);
    y_begin = std::min(y_begin, y);
    y_end = std::max(y_end, y + 1);
    z_end = z + 1;
  }

  // Adds what was gathered of a region that starts later.
  void add(const VoxelSums& other);
};

// The runs of one plane, row behind row; as in Line, each row ends with a run that touches nothing.
class PlaneRows {
 public:
  struct Row {
    const std::uint32_t* bounds;
    const std::uint64_t* values;
    std::uint32_t* labels;
    std::int64_t n;
  };

  void clear();
  // `changes`, if any, says where the row changes: its voxels are then kept as bits, too.
  void add(const Line& line, bool valued, const std::uint64_t* changes, std::int64_t words);
  std::int64_t height() const { return starts_.size(); }
  Row row(std::int64_t y);
  std::int64_t words() const { return words_; }
  const std::uint64_t* bits(std::int64_t y) const { return bits_.data() + y * words_; }

  const Buffer<std::uint32_t>& labels() const { return labels_; }

 private:
  struct Start {
    std::int64_t bounds, runs, n;
  };
  Buffer<Start> starts_;
  Buffer<std::uint32_t> bounds_;
  Buffer<std::uint64_t> values_;
  Buffer<std::uint32_t> labels_;
  Buffer<std::uint64_t> bits_;
  std::int64_t words_ = 0;
};

// Label -> the smallest label known to be of the same region; label 0 is background.
class VoxelForest {
 public:
  VoxelForest(bool valued, bool measured);

  std::int64_t size() const { return parents_.size(); }
  std::uint32_t* parents() { return parents_.data(); }
  const std::uint32_t* parents() const { return parents_.data(); }
  const VoxelSums& sums(std::int64_t label) const { return sums_[label]; }
  std::uint64_t value(std::int64_t label) const { return values_[label]; }

  // A label for what starts at (x, y, z).
  std::uint32_t add(std::uint32_t x, std::uint32_t y, std::uint32_t z, std::uint64_t value);
  void add_run(std::uint32_t label, std::uint32_t begin, std::uint32_t end, std::uint32_t y,
               std::uint32_t z) {
    if (measured_) sums_[label].add_run(begin, end, y, z);
  }
  // Where kernels write the labels of a row of n runs.
  kernels::JoinedLabels room(std::int64_t n);
  // Takes the labels [first, next) that are new, and adds the runs of the row.
  void take(const kernels::ValuedRuns& row, std::uint32_t first, std::uint32_t next, std::int64_t y,
            std::int64_t z);
  // Takes over the labels of `part`, raised by what is returned.
  std::uint32_t append(const VoxelForest& part);

  // Numbers regions 1..n by first appearance; their sums and values are then in [1, n]. Returns n.
  std::int64_t flatten();

 private:
  bool valued_, measured_;
  Buffer<std::uint32_t> parents_;
  Buffer<VoxelSums> sums_;
  Buffer<std::uint64_t> values_;
};

// Labels row y of `plane`, the last one added, which is plane number z; `before` is the plane
// before it, without rows where there is none.
void join_row(PlaneRows& before, PlaneRows& plane, std::int64_t y, std::int64_t z, bool valued,
              VoxelConnectivity connectivity, VoxelForest& forest, Buffer<std::uint64_t>& scratch);

// Merges the labels of two neighbouring planes that are both labelled; raises are added to them.
void join_planes(PlaneRows& before, std::uint32_t raise_before, PlaneRows& plane,
                 std::uint32_t raise, bool valued, VoxelConnectivity connectivity,
                 VoxelForest& forest);

}  // namespace me
