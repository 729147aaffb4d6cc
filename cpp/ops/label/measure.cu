#include "base/atomics.h"
#include "base/execution.cuh"
#include "ops/label/label.h"
#include "runs/device_search.h"
#include "runs/meet_runs.cuh"
#include "runs/row_words.cuh"

namespace me::cuda {
namespace {

// Whole numbers, so that the order in which runs are added does not matter.
struct ComponentSums {
  std::int64_t area = 0, twice_x = 0, twice_y = 0;
  std::int64_t left = INT64_MAX, right = 0, bottom = 0;
  std::int64_t first = INT64_MAX;    // pixel of the mask, in raster order
  std::int64_t runs = 0, pairs = 0;  // pairs of runs that touch
  std::int64_t contact = 0;          // pixels whose upper neighbour is of it, too
};

struct ClearSums {
  ComponentSums* sums;
  ME_HD void operator()(std::int64_t c) const { sums[c] = ComponentSums{}; }
};

// Where the sums of the component of a run of word w lie.
struct SumsOf {
  RowGrid grid;
  const std::uint32_t* numbers;
  const std::int64_t* before;
  ComponentSums* sums;

  ME_HD ComponentSums& operator()(std::int64_t w, std::uint32_t run) const {
    const std::int64_t first = grid.words_before(grid.place(w).item);
    return sums[before[first] + numbers[run] - 1];
  }
};

struct CountPair {
  SumsOf sums_of;
  ME_HD void operator()(std::int64_t w, std::uint32_t run, std::uint32_t) const {
    atomic_add(&sums_of(w, run).pairs, std::int64_t{1});
  }
};

// What the pixels of word w add to their components.
struct SumRuns {
  RowRunsView runs;
  MaskView values;
  bool valued;
  SumsOf sums_of;

  ME_HD void operator()(std::int64_t w) const {
    const RowGrid::Place place = runs.grid.place(w);
    const std::uint64_t f = runs.foreground[w];
    const std::uint64_t s = runs.starts[w];
    for_each_part(f, s, [&](int b, int end) { add_part(w, place, b, end, (s >> b & 1) != 0); });
    if (place.y == 0) return;
    const std::int64_t up = w - place.per_row();
    for_each_part(f & runs.foreground[up], s | runs.starts[up], [&](int b, int end) {
      const std::int64_t x = 64 * place.x + b;
      if (!valued ||
          bits_of(values, place.item, place.y, x) == bits_of(values, place.item, place.y - 1, x)) {
        atomic_add(&sums_of(w, runs.run(w, b)).contact, std::int64_t{end - b});
      }
    });
  }

 private:
  ME_HD void add_part(std::int64_t w, RowGrid::Place place, int b, int end, bool begins) const {
    const std::int64_t left = 64 * place.x + b;
    const std::int64_t right = 64 * place.x + end;
    const std::int64_t n = end - b;
    ComponentSums& sums = sums_of(w, runs.run(w, b));
    atomic_add(&sums.area, n);
    atomic_add(&sums.twice_x, n * (left + right));
    atomic_add(&sums.twice_y, n * (2 * place.y + 1));
    atomic_min(&sums.left, left);
    atomic_max(&sums.right, right);
    atomic_min(&sums.first, place.y * place.width + left);
    atomic_max(&sums.bottom, place.y + 1);
    if (begins) atomic_add(&sums.runs, std::int64_t{1});
  }
};

struct FinishStats {
  RowGrid grid;
  MaskView values;
  bool valued;
  const std::int64_t* offsets;  // components before each mask
  const ComponentSums* sums;
  ComponentColumns out;
  std::int64_t bytes;  // of a value

  ME_HD void operator()(std::int64_t c) const {
    const ComponentSums& one = sums[c];
    const std::int64_t m = last_at_most(offsets, 0, grid.n, c);
    const GridItem mask = grid.item(m);
    const std::int64_t y = one.first / mask.width;
    const std::int64_t x = one.first % mask.width;
    out.area[c] = one.area;
    out.boxes[4 * c] = one.left;
    out.boxes[4 * c + 1] = y;
    out.boxes[4 * c + 2] = one.right - one.left;
    out.boxes[4 * c + 3] = one.bottom - y;
    const double twice_area = 2.0 * static_cast<double>(one.area);
    out.centroids[2 * c] = static_cast<double>(one.twice_x) / twice_area;
    out.centroids[2 * c + 1] = static_cast<double>(one.twice_y) / twice_area;
    out.first_pixels[2 * c] = x;
    out.first_pixels[2 * c + 1] = y;
    out.touches_border[c] =
        one.left == 0 || y == 0 || one.right == mask.width || one.bottom == mask.height;
    out.perimeters[c] = 2 * (one.runs + one.area - one.contact);
    out.holes[c] = 1 - (one.runs - one.pairs);
    const std::uint64_t value = valued ? bits_of(values, m, y, x) : 1;
    set_bits(values.element, out.values + c * bytes, value);
  }
};

struct FindOffsets {
  RowGrid grid;
  const std::int64_t* before;
  std::int64_t* offsets;
  ME_HD void operator()(std::int64_t m) const { offsets[m] = before[grid.words_before(m)]; }
};

}  // namespace

void measure(const Queue& queue, const Components& components, const MaskView& source, bool valued,
             std::int64_t n, const ComponentColumns& out) {
  const RowRunsView runs = components.runs.view();
  const DeviceArray<ComponentSums> sums(queue, n);
  const SumsOf sums_of{runs.grid, components.numbers.data(), components.before.data(), sums.data()};
  for_each(queue, n, ClearSums{sums.data()});
  for_each(queue, runs.grid.words(), SumRuns{runs, source, valued, sums_of});
  for_each(queue, runs.grid.words(),
           MeetRuns<CountPair>{runs, source, valued, components.corners, {sums_of}});
  for_each(queue, runs.grid.n + 1, FindOffsets{runs.grid, components.before.data(), out.offsets});
  for_each(queue, n,
           FinishStats{runs.grid, source, valued, out.offsets, sums.data(), out,
                       element_bytes(source.element)});
}

}  // namespace me::cuda
