// Pixels, wherever they come from, to runs on the GPU: words of 64 pixels, their changes, runs.
#pragma once
#include "base/bit_count.h"
#include "base/execution.cuh"
#include "runs/device_runs.h"

namespace me::cuda {

// 64 pixels down a column, lowest bit first, and the pixel before them: the last one of the column
// to the left for a column's first word, background for a mask's first.
struct Word {
  std::uint64_t bits;
  bool before;
};

// Words in the order of the grid as they lie in memory.
struct BitColumns {
  static constexpr bool one_size = false;
  const std::uint64_t* words;

  ME_HD Word operator()(const WordGrid::Place& place) const {
    bool before = false;
    if (place.y > 0) {
      before = words[place.word - 1] >> 63 != 0;
    } else if (place.x > 0) {
      before = (words[place.word - 1] >> ((place.height - 1) % 64) & 1) != 0;
    }
    return {words[place.word], before};
  }
};

// A source is a functor `ME_HD Word operator()(const WordGrid::Place&) const`; its `one_size` says
// that it is of masks of one size, whose words may be taken across the columns, too.
template <class Source>
struct FindChanges {
  WordGrid grid;
  Source source;
  bool across;  // the order of elements
  std::uint64_t* changes;
  std::uint32_t* counts;

  ME_HD WordGrid::Place place_of(std::int64_t i) const {
    if constexpr (Source::one_size) {
      return across ? grid.across_one_size(i) : grid.down_one_size(i);
    } else {
      return grid.down(i);
    }
  }
  ME_HD void operator()(std::int64_t i) const {
    const WordGrid::Place place = place_of(i);
    const Word word = source(place);
    const std::uint64_t found =
        (word.bits ^ (word.bits << 1 | (word.before ? 1 : 0))) & low_bits(place.rows());
    counts[place.word] = static_cast<std::uint32_t>(bit_count(found));
    if (found != 0) changes[place.word] = found;
  }
};

// The runs of what a source shows. Waits once, for their number.
template <class Source>
DeviceRuns runs_of(const Queue& queue, const WordGrid& grid, const Source& source,
                   bool across = false) {
  const DeviceArray<std::uint64_t> changes(queue, grid.words());
  const DeviceArray<std::uint32_t> counts(queue, grid.words());
  for_each(queue, grid.words(),
           FindChanges<Source>{grid, source, across, changes.data(), counts.data()});
  return runs_of_changes(queue, grid, changes.data(), counts.data());
}

}  // namespace me::cuda
