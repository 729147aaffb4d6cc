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
#include "runs/pixel_bits.h"

namespace me::cuda {

// Masks of one size as words along their rows; a row has a last word of its own.
struct RowGrid {
  std::int64_t n = 0, height = 0, width = 0;

  struct Place {
    std::int64_t item, y, x;  // x counts words
  };

  ME_HD std::int64_t per_row() const { return (width + 63) / 64; }
  ME_HD std::int64_t per_mask() const { return height * per_row(); }
  ME_HD std::int64_t words() const { return n * per_mask(); }
  ME_HD std::int64_t columns_in(std::int64_t x) const {
    return width - 64 * x < 64 ? width - 64 * x : 64;
  }
  ME_HD Place place(std::int64_t w) const {
    const std::int64_t row = w / per_row();
    return {row / height, row % height, w % per_row()};
  }
};

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

  RowRunsView view() const { return {grid, foreground.data(), starts.data(), before.data()}; }
};

// The runs of masks: of equal values with `valued`, else of what is not zero. There must be fewer
// than 2^32 pixels. Never waits.
RowRuns row_runs(const Queue& queue, const MaskView& masks, bool valued);

// The sets that runs are joined to: parents[r] <= r, and r itself for the first run of a set.
// Runs of equal values are joined where `values` are given, else all that touch.
DeviceArray<std::uint32_t> join_runs(const Queue& queue, const RowRuns& runs,
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

}  // namespace me::cuda
