#include "runs/device_toggles.h"

#include <utility>

#include "base/execution.cuh"
#include "base/primitives.h"

namespace me::cuda {
namespace {

struct TakeChanges {
  const std::uint64_t* keys;
  std::uint32_t* changes;
  ME_HD void operator()(std::int64_t k) const {
    changes[k] = static_cast<std::uint32_t>(keys[k] & 3);
  }
};

// Whether the mask changes at the position of toggle k, the first one there.
struct FindToggles {
  ToggleLayout layout;
  WordGrid grid;
  const std::uint64_t* keys;
  std::int64_t n;
  const std::int64_t* sums;  // of what is in the lowest bits of the keys before each
  std::uint32_t* changes;

  ME_HD bool is_open(std::int64_t k) const { return sums[k] - k > 0; }
  ME_HD void operator()(std::int64_t k) const {
    changes[k] = 0;
    const std::uint64_t place = keys[k] >> 2;
    if (k > 0 && keys[k - 1] >> 2 == place) return;
    const GridItem one = grid.item(layout.item(keys[k]));
    if (layout.position(keys[k]) == one.height * one.width) return;
    std::int64_t end = k + 1;
    while (end < n && keys[end] >> 2 == place) end++;
    changes[k] = is_open(k) != is_open(end);
  }
};

struct BeginToggledRuns {
  ToggleLayout layout;
  WordGrid grid;
  const std::uint64_t* keys;
  const std::int64_t* changes_before;
  std::int64_t* starts;

  ME_HD void operator()(std::int64_t k) const {
    const std::int64_t change = changes_before[k];
    if (change == changes_before[k + 1]) return;
    const std::int64_t item = layout.item(keys[k]);
    starts[change + item + 1] = grid.item(item).pixels + layout.position(keys[k]);
  }
};

struct BeginItems {
  ToggleLayout layout;
  WordGrid grid;
  const std::uint64_t* keys;
  std::int64_t n;
  const std::int64_t* changes_before;
  std::int64_t* starts;
  std::int64_t* offsets;

  ME_HD void operator()(std::int64_t item) const {
    std::int64_t first = 0;
    std::int64_t last = n;  // the first key of this item or a later one
    while (first < last) {
      const std::int64_t middle = first + (last - first) / 2;
      if (layout.item(keys[middle]) < item) {
        first = middle + 1;
      } else {
        last = middle;
      }
    }
    const std::int64_t k = changes_before[first] + item;
    starts[k] = grid.item(item).pixels;
    offsets[item] = k;
  }
};

}  // namespace

DeviceRuns runs_of_toggles(const Queue& queue, const ToggleLayout& layout,
                           const DeviceArray<std::uint64_t>& keys, const WordGrid& grid) {
  const std::int64_t n = keys.n;
  const DeviceArray<std::uint32_t> flags(queue, n);
  const DeviceArray<std::int64_t> sums(queue, n + 1);
  const DeviceArray<std::int64_t> before(queue, n + 1);
  for_each(queue, n, TakeChanges{keys.data(), flags.data()});
  running_sums(queue, flags.data(), n, sums.data());
  for_each(queue, n, FindToggles{layout, grid, keys.data(), n, sums.data(), flags.data()});
  running_sums(queue, flags.data(), n, before.data());
  const DeviceArray<std::int64_t> starts(queue, read(queue, before.data() + n) + grid.n + 1);
  DeviceArray<std::int64_t> offsets(queue, grid.n + 1);
  for_each(queue, n, BeginToggledRuns{layout, grid, keys.data(), before.data(), starts.data()});
  for_each(queue, grid.n + 1,
           BeginItems{layout, grid, keys.data(), n, before.data(), starts.data(), offsets.data()});
  return runs_of_starts(queue, starts, std::move(offsets), grid.height * grid.width);
}

}  // namespace me::cuda
