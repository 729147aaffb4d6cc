// Runs on the GPU as a source of words of pixels.
#pragma once
#include "base/bit_count.h"
#include "runs/device_runs.h"
#include "runs/device_search.h"
#include "runs/word_changes.cuh"

namespace me::cuda {

struct RunWords {
  WordGrid grid;  // of these masks
  const std::int64_t* offsets;
  const std::int64_t* positions;  // as in RunPositions
  const std::int64_t* first;

  RunWords(const DeviceRunsView& masks, const WordGrid& words, const RunPositions& found)
      : grid(words),
        offsets(masks.offsets),
        positions(found.positions.data()),
        first(found.first.data()) {}

  ME_HD Word operator()(const WordGrid::Place& place) const {
    return at(place.item, place.x, place.y);
  }

  // Word y of column x of mask m.
  ME_HD Word at(std::int64_t m, std::int64_t x, std::int64_t y) const {
    const GridItem one = grid.item(m);
    const std::int64_t begin = offsets[m];
    const std::int64_t* column = first + one.lines + m + x;
    const std::int64_t p = positions[begin] + x * one.height + 64 * y;
    const std::int64_t end = p + pixels_in(one.height, y);
    std::int64_t k = last_at_most(positions, column[0], column[1], p);
    std::int64_t held = k;  // the run of the pixel before
    while (held >= begin && positions[held] == p) held--;
    Word word{0, held >= begin && ((held - begin) & 1) != 0};
    for (std::int64_t at = p; at < end; k++) {
      const std::int64_t stop = positions[k + 1] < end ? positions[k + 1] : end;
      if (((k - begin) & 1) != 0) word.bits |= low_bits(stop - p) & ~low_bits(at - p);
      at = stop;
    }
    return word;
  }
};

}  // namespace me::cuda
