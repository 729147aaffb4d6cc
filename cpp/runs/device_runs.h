// Runs on the GPU: the columns of a batch in device memory, and how words of pixels become runs.
#pragma once
#include <cstdint>

#include "base/host_device.h"
#include "base/queue.h"
#include "runs/device_grid.h"
#include "runs/runs.h"

namespace me::cuda {

// Counts and offsets as in Runs, in device memory. Sizes are known to whoever asked for them.
struct DeviceRuns {
  DeviceArray<std::uint32_t> counts;
  DeviceArray<std::int64_t> offsets;
};

// A batch in device memory. `n_counts` counts are there; offsets may use a part of them.
struct DeviceRunsView {
  const std::uint32_t* counts = nullptr;
  std::int64_t n_counts = 0;
  const std::int64_t* offsets = nullptr;  // n + 1
  std::int64_t n = 0;
};

// Bit b of changes[w] says that the pixel of bit b of word w differs from the one before it in the
// order of the runs (a mask's first pixel: from background); bits[w] counts them. Words without a
// change are not read. Waits once, for the number of runs. A run above `longest` is split.
DeviceRuns runs_of_changes(const Queue& queue, const WordGrid& grid, const std::uint64_t* changes,
                           const std::uint32_t* bits, std::int64_t longest = UINT32_MAX);

// The runs that begin at starts[k], counted over the pixels of all masks; the last start is the
// end. `offsets` are those of a batch in which no run is split yet. No mask has more than `area`
// pixels.
DeviceRuns runs_of_starts(const Queue& queue, const DeviceArray<std::int64_t>& starts,
                          DeviceArray<std::int64_t> offsets, std::int64_t area,
                          std::int64_t longest = UINT32_MAX);

// Where runs lie. positions[k] is the number of pixels in all counts before k.
struct RunPositions {
  DeviceArray<std::int64_t> positions;  // n_counts + 1
  // first[c + m] is the run in which column c of all, which is one of mask m, begins; the last of
  // them where some have no pixels. One more for each mask, as if it had another column.
  DeviceArray<std::int64_t> first;
};
// `masks` are those of the grid.
RunPositions positions_of(const Queue& queue, const DeviceRunsView& masks, const WordGrid& grid);

}  // namespace me::cuda
