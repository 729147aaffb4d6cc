// Runs on the GPU: the columns of a batch in device memory, and how words of pixels become runs.
#pragma once
#include <cstdint>

#include "base/host_device.h"
#include "base/queue.h"
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

// Masks of one size as words of 64 pixels down their columns. A column has a last word of its own,
// whose bits past the height stand for nothing.
struct WordGrid {
  std::int64_t n = 0, height = 0, width = 0;

  struct Place {
    std::int64_t item, x, y;  // y counts words
  };

  ME_HD std::int64_t per_column() const { return (height + 63) / 64; }
  ME_HD std::int64_t per_mask() const { return width * per_column(); }
  ME_HD std::int64_t words() const { return n * per_mask(); }
  ME_HD std::int64_t area() const { return height * width; }
  ME_HD std::int64_t rows_in(std::int64_t y) const {
    return height - 64 * y < 64 ? height - 64 * y : 64;
  }
  ME_HD std::int64_t index(Place place) const {
    return (place.item * width + place.x) * per_column() + place.y;
  }
  // Element i where neighbours lie in one column, as the words do in memory.
  ME_HD Place down(std::int64_t i) const {
    const std::int64_t column = i / per_column();
    return {column / width, column % width, i % per_column()};
  }
  // Element i where neighbours lie in one row, as the pixels of a C-ordered image do.
  ME_HD Place across(std::int64_t i) const {
    const std::int64_t row = i / width;
    return {row / per_column(), i % width, row % per_column()};
  }
};

// Bit b of changes[w] says that the pixel of bit b of word w differs from the one before it in the
// order of the runs (a mask's first pixel: from background); bits[w] counts them. Words without a
// change are not read. Waits once, for the number of runs. A run above `longest` is split.
DeviceRuns runs_of_changes(const Queue& queue, const WordGrid& grid, const std::uint64_t* changes,
                           const std::uint32_t* bits, std::int64_t longest = UINT32_MAX);

// The runs that begin at starts[k], counted over all masks of `area` pixels each; the last start is
// the end. `offsets` are those of a batch in which no run is split yet.
DeviceRuns runs_of_starts(const Queue& queue, const DeviceArray<std::int64_t>& starts,
                          DeviceArray<std::int64_t> offsets, std::int64_t area,
                          std::int64_t longest = UINT32_MAX);

// Where runs lie. positions[k] is the number of pixels in all counts before k.
struct RunPositions {
  DeviceArray<std::int64_t> positions;  // n_counts + 1
  // For masks of one size: first[m * (width + 1) + x] is the run in which column x of mask m
  // begins; the last of them where some have no pixels.
  DeviceArray<std::int64_t> first;
};
RunPositions positions_of(const Queue& queue, const DeviceRunsView& masks, std::int64_t height,
                          std::int64_t width);

}  // namespace me::cuda
