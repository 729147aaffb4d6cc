#include "runs/device_runs.h"

#include <utility>

#include "base/bit_count.h"
#include "base/checked.h"
#include "base/execution.cuh"
#include "base/primitives.h"
#include "runs/device_search.h"

namespace me::cuda {
namespace {

// Mask m, and one past the last: where its runs begin, among all pixels and among all counts.
struct BeginMasks {
  WordGrid grid;
  const std::int64_t* changes_before;
  std::int64_t* starts;
  std::int64_t* offsets;

  ME_HD void operator()(std::int64_t m) const {
    const GridItem one = grid.item(m);
    const std::int64_t k = changes_before[one.words] + m;
    starts[k] = one.pixels;
    offsets[m] = k;
  }
};

// Word w: each of its changes begins a run.
struct BeginRuns {
  WordGrid grid;
  const std::int64_t* changes_before;
  const std::uint64_t* changes;
  std::int64_t* starts;

  ME_HD void operator()(std::int64_t w) const {
    std::int64_t k = changes_before[w];
    if (k == changes_before[w + 1]) return;
    const WordGrid::Place place = grid.down(w);
    const std::int64_t first = grid.item(place.item).pixels + place.x * place.height + 64 * place.y;
    k += place.item + 1;
    for (std::uint64_t left = changes[w]; left != 0; left &= left - 1) {
      starts[k++] = first + lowest_bit(left);
    }
  }
};

struct Lengths {
  const std::int64_t* starts;
  std::uint32_t* counts;

  ME_HD void operator()(std::int64_t k) const {
    counts[k] = static_cast<std::uint32_t>(starts[k + 1] - starts[k]);
  }
};

ME_HD std::int64_t splits_of(std::int64_t length, std::int64_t longest) {
  return length == 0 ? 0 : (length - 1) / longest;
}

// Counts that run k needs beyond its own: [longest, 0, rest] for a run above `longest`.
struct CountSplits {
  const std::int64_t* starts;
  std::int64_t longest;
  std::uint32_t* extra;

  ME_HD void operator()(std::int64_t k) const {
    extra[k] = static_cast<std::uint32_t>(2 * splits_of(starts[k + 1] - starts[k], longest));
  }
};

struct SplitRuns {
  const std::int64_t* starts;
  const std::int64_t* extra_before;
  std::int64_t longest;
  std::uint32_t* counts;

  ME_HD void operator()(std::int64_t k) const {
    std::int64_t length = starts[k + 1] - starts[k];
    std::uint32_t* out = counts + k + extra_before[k];
    for (std::int64_t more = splits_of(length, longest); more > 0; more--) {
      *out++ = static_cast<std::uint32_t>(longest);
      *out++ = 0;
      length -= longest;
    }
    *out = static_cast<std::uint32_t>(length);
  }
};

struct MoveOffsets {
  const std::int64_t* extra_before;
  std::int64_t* offsets;

  ME_HD void operator()(std::int64_t m) const { offsets[m] += extra_before[offsets[m]]; }
};

DeviceArray<std::uint32_t> split_counts(const Queue& queue, const DeviceArray<std::int64_t>& starts,
                                        std::int64_t longest,
                                        const DeviceArray<std::int64_t>& offsets) {
  const std::int64_t n = starts.n - 1;
  const DeviceArray<std::uint32_t> extra(queue, n);
  const DeviceArray<std::int64_t> extra_before(queue, n + 1);
  for_each(queue, n, CountSplits{starts.data(), longest, extra.data()});
  running_sums(queue, extra.data(), n, extra_before.data());
  DeviceArray<std::uint32_t> counts(queue, n + read(queue, extra_before.data() + n));
  for_each(queue, n, SplitRuns{starts.data(), extra_before.data(), longest, counts.data()});
  for_each(queue, offsets.n, MoveOffsets{extra_before.data(), offsets.data()});
  return counts;
}

// Column x of mask m, and one past the last column: the run that holds its first pixel.
struct FindColumns {
  WordGrid grid;
  const std::int64_t* positions;
  const std::int64_t* offsets;
  std::int64_t* first;

  ME_HD std::int64_t item_of(std::int64_t i) const {
    if (grid.items == nullptr) return i / (grid.width + 1);
    std::int64_t low = 0;
    std::int64_t high = grid.n - 1;
    while (low < high) {
      const std::int64_t middle = low + (high - low + 1) / 2;
      if (grid.items[middle].lines + middle <= i) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
  ME_HD void operator()(std::int64_t i) const {
    const std::int64_t m = item_of(i);
    const GridItem one = grid.item(m);
    const std::int64_t begin = offsets[m];
    const std::int64_t wanted = positions[begin] + (i - one.lines - m) * one.height;
    first[i] = last_at_most(positions, begin, offsets[m + 1] - 1, wanted);
  }
};

}  // namespace

DeviceRuns runs_of_changes(const Queue& queue, const WordGrid& grid, const std::uint64_t* changes,
                           const std::uint32_t* bits, std::int64_t longest) {
  if (grid.items == nullptr)
    checked_mul(checked_mul(grid.height, grid.width, "mask"), grid.n, "mask");
  const std::int64_t words = grid.words();
  const DeviceArray<std::int64_t> before(queue, words + 1);
  running_sums(queue, bits, words, before.data());
  const std::int64_t total = read(queue, before.data() + words) + grid.n;
  const DeviceArray<std::int64_t> starts(queue, total + 1);
  DeviceArray<std::int64_t> offsets(queue, grid.n + 1);
  for_each(queue, grid.n + 1, BeginMasks{grid, before.data(), starts.data(), offsets.data()});
  for_each(queue, words, BeginRuns{grid, before.data(), changes, starts.data()});
  return runs_of_starts(queue, starts, std::move(offsets), grid.height * grid.width, longest);
}

DeviceRuns runs_of_starts(const Queue& queue, const DeviceArray<std::int64_t>& starts,
                          DeviceArray<std::int64_t> offsets, std::int64_t area,
                          std::int64_t longest) {
  DeviceRuns runs;
  runs.offsets = std::move(offsets);
  if (area > longest) {
    runs.counts = split_counts(queue, starts, longest, runs.offsets);
    return runs;
  }
  const std::int64_t total = starts.n - 1;
  runs.counts = DeviceArray<std::uint32_t>(queue, total);
  for_each(queue, total, Lengths{starts.data(), runs.counts.data()});
  return runs;
}

RunPositions positions_of(const Queue& queue, const DeviceRunsView& masks, const WordGrid& grid) {
  RunPositions found{DeviceArray<std::int64_t>(queue, masks.n_counts + 1),
                     DeviceArray<std::int64_t>(queue, grid.columns() + grid.n)};
  running_sums(queue, masks.counts, masks.n_counts, found.positions.data());
  for_each(queue, found.first.n,
           FindColumns{grid, found.positions.data(), masks.offsets, found.first.data()});
  return found;
}

}  // namespace me::cuda
