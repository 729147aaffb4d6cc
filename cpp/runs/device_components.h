// Connected components of dense masks and label maps on the GPU: runs of rows, joined as sets.
//
// Words of 64 pixels along the rows are the elements. A run has the number of runs that start
// before it in raster order, found by a sum over words; so nothing is sorted, the first run of a
// component is the root of its set, and the order of components is that of raster order. How many
// runs there are stays on the device: the tables have room for as many as the pixels can make.
#pragma once
#include <cstdint>

#include "base/bit_count.h"
#include "base/host_device.h"
#include "base/queue.h"
#include "base/view.h"
#include "runs/device_grid.h"
#include "runs/device_runs.h"
#include "runs/pixel_bits.h"

namespace me::cuda {

// Runs of rows, as words; pointers to device memory.
struct RowRunsView {
  RowGrid grid;
  const std::uint64_t* foreground;
  const std::uint64_t* starts;  // of runs
  const std::int64_t* before;   // runs that start before each word

  // The run that holds the pixel of bit b, which is foreground, of word w.
  ME_HD std::uint32_t run(std::int64_t w, int b) const {
    return static_cast<std::uint32_t>(before[w] + bit_count(starts[w] & low_bits(b + 1)) - 1);
  }
};

struct RowRuns {
  RowGrid grid;
  DeviceArray<std::uint64_t> foreground, starts;
  DeviceArray<std::int64_t> before;
  DeviceArray<GridItem> items;  // of the grid, where it has some

  RowRunsView view() const { return {grid, foreground.data(), starts.data(), before.data()}; }
};

// The runs of masks: of equal values with `valued`, else of what is not zero. There must be fewer
// than 2^32 pixels. Never waits.
RowRuns row_runs(const Queue& queue, const MaskView& masks, bool valued);

// The most runs that masks of a grid can have.
std::int64_t most_runs(const RowGrid& grid, bool valued);

// The sets that runs, of which there are `most` or fewer, are joined to: parents[r] <= r, and r
// itself for the first run of a set; root_of() has next to nothing to walk. Runs of equal values
// are joined where `values` are given, else all that touch.
DeviceArray<std::uint32_t> join_runs(const Queue& queue, const RowRuns& runs, std::int64_t most,
                                     const MaskView* values, bool corners);

struct Components {
  RowRuns runs;
  DeviceArray<std::uint32_t> numbers;  // of each run, from 1 on in each mask
  DeviceArray<std::int64_t> before;    // components that start before each word
  DeviceArray<std::int64_t> counts;    // of each mask
  bool corners = false;                // whether pixels that touch at a corner are joined
};

// Never waits.
Components components_of(const Queue& queue, const MaskView& masks, bool valued, bool corners);

// Of run-length masks, whose `sizes` are in memory of the host. There must be fewer than 2^32 runs
// of rows in all. Waits once, for their number.
Components components_of(const Queue& queue, const DeviceRunsView& masks, const std::int64_t* sizes,
                         bool corners);

}  // namespace me::cuda
