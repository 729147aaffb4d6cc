// The floating mode of a flood on CUDA. Pixels between which steps lead both ways are joined to
// sets, and where all steps do, the sets of the seeds are what is filled. Else sets are reached
// from each other by steps of one way, until no more are.
#pragma once
#include "ops/flood/flood_pixels.cuh"
#include "runs/disjoint_sets.h"

namespace me::cuda {

// The open pixels of a flood as runs and the sets that they are joined to.
struct StepSets {
  RowRunsView runs;
  std::uint32_t* parents;
  bool corners;

  ME_HD bool is_open(std::int64_t w, int b) const { return (runs.foreground[w] >> b & 1) != 0; }
  // Calls visit(dy, dx, w, b) for the open neighbours of bit b of word w that come after it in
  // raster order: what is between two pixels is seen once.
  template <class Visit>
  ME_HD void for_each_later(const RowGrid::Place& place, std::int64_t w, int b,
                            const Visit& visit) const {
    const std::int64_t x = 64 * place.x + b;
    if (x + 1 < place.width) look(w, b + 1, 0, 1, visit);
    if (place.y + 1 == place.height) return;
    const std::int64_t down = w + place.per_row();
    look(down, b, 1, 0, visit);
    if (!corners) return;
    if (x > 0) look(down, b - 1, 1, -1, visit);
    if (x + 1 < place.width) look(down, b + 1, 1, 1, visit);
  }

 private:
  // Bit -1 or 64 of a word is one of the word beside it.
  template <class Visit>
  ME_HD void look(std::int64_t w, int b, int dy, int dx, const Visit& visit) const {
    w += b < 0 ? -1 : b > 63 ? 1 : 0;
    b &= 63;
    if (is_open(w, b)) visit(dy, dx, w, b);
  }
};

template <class T>
struct JoinSteps {
  StepSets sets;
  StepWord<T> steps;

  ME_HD void operator()(std::int64_t w) const {
    const RowGrid::Place place = sets.runs.grid.place(w);
    for (std::uint64_t left = sets.runs.foreground[w]; left != 0; left &= left - 1) {
      const int b = lowest_bit(left);
      const std::int64_t x = 64 * place.x + b;
      const T* const here = steps.pixels.at(place.y, x);
      const std::uint32_t run = sets.runs.run(w, b);
      sets.for_each_later(place, w, b, [&](int dy, int dx, std::int64_t other, int bit) {
        const std::uint32_t met = sets.runs.run(other, bit);
        if (met == run || !steps.both_ways(here, steps.pixels.at(place.y + dy, x + dx))) return;
        join(sets.parents, run, met);
      });
    }
  }
};

// Seed i, where it lies in the box and is open: its set is reached.
struct ReachSeeds {
  StepSets sets;
  const std::int64_t* seeds;
  PixelBox box;
  std::uint32_t* reached;

  ME_HD void operator()(std::int64_t i) const {
    const std::int64_t x = seeds[2 * i] - box.left;
    const std::int64_t y = seeds[2 * i + 1] - box.top;
    const RowGrid& grid = sets.runs.grid;
    if (x < 0 || y < 0 || x >= grid.width || y >= grid.height) return;
    const std::int64_t w = y * words_in(grid.width) + x / 64;
    const int b = static_cast<int>(x % 64);
    if (!sets.is_open(w, b)) return;
    atomic_store(reached + root_of(sets.parents, sets.runs.run(w, b)), std::uint32_t{1});
  }
};

// Sets that steps of one way lead to from reached ones are reached, too.
template <class T>
struct SpreadSteps {
  StepSets sets;
  FloodPixels<T> pixels;
  std::uint32_t* reached;
  std::uint32_t* changed;

  ME_HD void step(std::uint32_t from, std::uint32_t to) const {
    const std::uint32_t root = root_of(sets.parents, to);
    if (atomic_load(reached + root) != 0) return;
    if (atomic_load(reached + root_of(sets.parents, from)) == 0) return;
    atomic_store(reached + root, std::uint32_t{1});
    atomic_store(changed, std::uint32_t{1});
  }
  ME_HD void operator()(std::int64_t w) const {
    const RowGrid::Place place = sets.runs.grid.place(w);
    for (std::uint64_t left = sets.runs.foreground[w]; left != 0; left &= left - 1) {
      const int b = lowest_bit(left);
      const std::int64_t x = 64 * place.x + b;
      const T* const here = pixels.at(place.y, x);
      const std::uint32_t run = sets.runs.run(w, b);
      sets.for_each_later(place, w, b, [&](int dy, int dx, std::int64_t other, int bit) {
        const T* const there = pixels.at(place.y + dy, x + dx);
        const bool onward = pixels.is_step(here, there);
        if (onward == pixels.is_step(there, here)) return;  // joined, or apart
        const std::uint32_t met = sets.runs.run(other, bit);
        step(onward ? run : met, onward ? met : run);
      });
    }
  }
};

// The pixels of reached sets.
struct TakeReached {
  StepSets sets;
  const std::uint32_t* reached;
  std::uint64_t* filled;

  ME_HD void operator()(std::int64_t w) const {
    std::uint64_t found = 0;
    for_each_part(sets.runs.foreground[w], sets.runs.starts[w], [&](int b, int end) {
      if (reached[root_of(sets.parents, sets.runs.run(w, b))] != 0) {
        found |= low_bits(end) & ~low_bits(b);
      }
    });
    filled[w] = found;
  }
};

}  // namespace me::cuda
