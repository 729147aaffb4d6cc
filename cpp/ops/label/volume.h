// label of volumes: components of stacks of planes, which may come slab by slab. Runs on the CPU.
#pragma once
#include <cstdint>
#include <vector>

#include "base/exec.h"
#include "base/view.h"
#include "runs/value_joins.h"
#include "runs/voxel_regions.h"

namespace me::cpu {

// What is known of components of a volume, in columns.
struct VolumeStats {
  Buffer<std::int64_t> voxels;
  Buffer<std::int64_t> boxes;         // left, top, front, width, height, depth
  Buffer<double> centroids;           // x, y, z; of centres, which lie at + 0.5
  Buffer<std::int64_t> first_voxels;  // x, y, z
  Buffer<std::uint64_t> values;       // none unless components have values
};

class VolumeLabelling {
 public:
  struct Options {
    VoxelConnectivity connectivity;
    bool valued;    // components of equal values instead of what is not zero
    bool measured;  // sums are gathered
    bool kept;      // runs are kept, so that paint need not read the volume again
  };

  explicit VolumeLabelling(const Options& options)
      : options_(options), forest_(options.valued, options.measured) {}

  // Labels the next planes. All slabs have planes of one size and element.
  void add(const MaskView& slab, const Exec& exec);
  // Numbers the components; no more slabs are added.
  void finish() { n_ = forest_.flatten(); }

  std::int64_t labels() const { return forest_.size(); }  // that were given; not yet components
  std::int64_t n() const { return n_; }
  std::int64_t planes() const { return planes_; }
  VolumeStats stats() const;

  // Writes the numbers of slab i, the view of which is given again; it is read unless runs are
  // kept. The values of `out` hold n().
  void paint(std::int64_t i, const MaskView& slab, const MutableMaskView& out, const Exec& exec);

 private:
  // Planes [begin, end) of a slab and what one thread finds in them.
  struct Strip {
    std::int64_t begin = 0, end = 0;
    std::int64_t first_plane = 0;   // number of plane `begin` in the volume
    Buffer<std::uint64_t> changes;  // of all rows when kept
    Buffer<std::uint32_t> labels;   // of all runs when kept
    std::uint32_t raise = 0;        // what is added to labels of the strip
    std::int64_t n_labels = 0;      // label 0 is one of them
  };
  struct Found {
    VoxelForest forest;
    PlaneRows first, last;
  };

  Found scan(const MaskView& slab, Strip& strip, bool measured, bool kept) const;
  void scan_values(const MaskView& slab, const kernels::JoinKernels& join, Strip& strip, bool kept,
                   Found& found) const;
  void paint_strip(const Strip& strip, const MaskView& slab, const MutableMaskView& out) const;

  Options options_;
  std::vector<std::vector<Strip>> slabs_;
  VoxelForest forest_;
  PlaneRows last_;  // the last plane so far
  std::uint32_t last_raise_ = 0;
  std::int64_t planes_ = 0;
  std::int64_t n_ = 0;
};

}  // namespace me::cpu
