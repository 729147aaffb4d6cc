// Where masks open and close, in any number of layers -> runs, on the GPU.
#pragma once
#include <cstdint>

#include "base/bit_count.h"
#include "base/host_device.h"
#include "base/queue.h"
#include "runs/device_grid.h"
#include "runs/device_runs.h"

namespace me::cuda {

// The bits that hold numbers in [0, largest].
inline int bits_for(std::int64_t largest) {
  int bits = 1;
  while (bits < 63 && largest >> bits != 0) bits++;
  return bits;
}

// A toggle as a key: above its item, below it the position down the columns of the item's mask, up
// to and with its number of pixels, then whether a layer closes there (0), or opens (2), or none
// does (1). Keys sort by item and position.
struct ToggleLayout {
  int bits;  // of a position

  explicit ToggleLayout(const WordGrid& grid) : bits(bits_for(grid.height * grid.width)) {}

  ME_HD std::uint64_t key(std::int64_t item, std::int64_t position, int change) const {
    return static_cast<std::uint64_t>(item) << (bits + 2) |
           static_cast<std::uint64_t>(position) << 2 | static_cast<std::uint64_t>(change + 1);
  }
  ME_HD std::int64_t item(std::uint64_t key) const {
    return static_cast<std::int64_t>(key >> (bits + 2));
  }
  ME_HD std::int64_t position(std::uint64_t key) const {
    return static_cast<std::int64_t>(key >> 2 & low_bits(bits));
  }
  // Bits of a key of one of n items.
  int key_bits(std::int64_t n) const { return bits + 2 + bits_for(n); }
};

// The runs of masks whose sorted toggles these are: a pixel is foreground where a layer is open.
// Every layer that opens in an item closes in it. Waits once, for the number of runs.
DeviceRuns runs_of_toggles(const Queue& queue, const ToggleLayout& layout,
                           const DeviceArray<std::uint64_t>& keys, const WordGrid& grid);

}  // namespace me::cuda
