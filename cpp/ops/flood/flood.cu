// In the fixed mode the image is compared with the seeds, a mask for each; runs of the masks are
// joined to components, and those of the seeds are taken. As many seeds as there is room for go
// through the same launches. The floating mode is in floating.cuh.
#include "ops/flood/flood.h"

#include <algorithm>

#include "base/execution.cuh"
#include "base/values.h"
#include "ops/flood/floating.cuh"
#include "ops/flood/flood_pixels.cuh"
#include "runs/bit_rows.cuh"
#include "runs/disjoint_sets.h"
#include "runs/row_words.cuh"

namespace me::cuda {
namespace {

// The set of each seed, from 1 on; 0 where it fills nothing.
struct FindRoots {
  RowRunsView runs;
  const std::uint32_t* parents;
  const std::int64_t* seeds;
  PixelBox box;
  std::uint32_t* roots;

  ME_HD void operator()(std::int64_t i) const {
    const std::int64_t x = seeds[2 * i] - box.left;
    const std::int64_t y = seeds[2 * i + 1] - box.top;
    roots[i] = 0;
    if (x < 0 || y < 0 || x >= runs.grid.width || y >= runs.grid.height) return;
    const std::int64_t w = runs.grid.words_before(i) + y * words_in(runs.grid.width) + x / 64;
    const int b = static_cast<int>(x % 64);
    if ((runs.foreground[w] >> b & 1) != 0) roots[i] = root_of(parents, runs.run(w, b)) + 1;
  }
};

// Word j of the box: the runs of all seeds' sets, beside what is filled already.
struct TakeRuns {
  RowRunsView runs;
  const std::uint32_t* parents;
  const std::uint32_t* roots;
  std::uint64_t* filled;

  ME_HD void operator()(std::int64_t j) const {
    const std::int64_t words = runs.grid.words_before(1);
    std::uint64_t found = filled[j];
    for (std::int64_t i = 0; i < runs.grid.n; i++) {
      const std::int64_t w = i * words + j;
      if (roots[i] == 0) continue;
      for_each_part(runs.foreground[w] & ~found, runs.starts[w], [&](int b, int end) {
        if (root_of(parents, runs.run(w, b)) + 1 == roots[i]) {
          found |= low_bits(end) & ~low_bits(b);
        }
      });
    }
    filled[j] = found;
  }
};

struct SumFilled {
  RowGrid grid;
  const std::uint64_t* filled;
  FloodSums* sums;

  ME_HD void operator()(std::int64_t j) const {
    const std::uint64_t found = filled[j];
    if (found == 0) return;
    const RowGrid::Place place = grid.place(j);
    const std::int64_t x = 64 * place.x;
    atomic_add(&sums->area, std::int64_t{bit_count(found)});
    atomic_min(&sums->left, x + lowest_bit(found));
    atomic_min(&sums->top, place.y);
    atomic_max(&sums->right, x + highest_bit(found) + 1);
    atomic_max(&sums->bottom, place.y + 1);
  }
};

struct PaintFilled {
  RowGrid grid;
  const std::uint64_t* filled;
  PixelBox box;
  MutableMaskView out;
  std::uint64_t value;

  ME_HD void operator()(std::int64_t j) const {
    const RowGrid::Place place = grid.place(j);
    char* pixel = out.data + (place.y + box.top) * out.row_stride +
                  (64 * place.x + box.left) * out.column_stride;
    for (std::uint64_t bits = filled[j]; bits != 0; bits &= bits - 1) {
      set_bits(out.element, pixel + lowest_bit(bits) * out.column_stride, value);
    }
  }
};

// Calls work(zero) with a zero of the type of the values of an image.
template <class Work>
void with_values(Element element, const Work& work) {
  if (element == Element::f16) return work(Half{});
  with_element(element, work);
}

void fill_fixed(const Queue& queue, const FloodQuestion& ask, const RowGrid& box, bool corners,
                std::uint64_t* filled) {
  const std::int64_t pixels = std::max<std::int64_t>(box.height * box.width, 1);
  const std::int64_t at_once = std::max<std::int64_t>(ask.most_pixels / pixels, 1);
  for (std::int64_t first = 0; first < ask.n_seeds; first += at_once) {
    const std::int64_t n = std::min(at_once, ask.n_seeds - first);
    const RowGrid grid{{n, box.height, box.width}};
    RowRuns runs;
    with_values(ask.image.element, [&](auto zero) {
      runs = runs_of_rows(queue, grid, MatchWord<decltype(zero)>{{ask}, first});
    });
    const DeviceArray<std::uint32_t> parents =
        join_runs(queue, runs, most_runs(grid, false), nullptr, corners);
    const DeviceArray<std::uint32_t> roots(queue, n);
    for_each(queue, n,
             FindRoots{runs.view(), parents.data(), ask.seeds + 2 * first, ask.box, roots.data()});
    for_each(queue, box.words(), TakeRuns{runs.view(), parents.data(), roots.data(), filled});
  }
}

void fill_floating(const Queue& queue, const FloodQuestion& ask, const RowGrid& box, bool corners,
                   std::uint64_t* filled) {
  constexpr int sweeps = 8;  // before it is asked whether there is more to reach
  const std::int64_t words = box.words();
  with_values(ask.image.element, [&](auto zero) {
    using T = decltype(zero);
    const FloodPixels<T> pixels{ask};
    const RowRuns runs = runs_of_rows(queue, box, StepWord<T>{pixels});
    const std::int64_t most = most_runs(box, true);
    const DeviceArray<std::uint32_t> parents(queue, most);
    const DeviceArray<std::uint32_t> reached(queue, most);
    const DeviceArray<std::uint32_t> changed(queue, 1);
    const StepSets sets{runs.view(), parents.data(), corners};
    for_each(queue, words, BeginSets{runs.view(), parents.data()});
    for_each(queue, words, JoinSteps<T>{sets, {pixels}});
    for_each(queue, words, FlattenSets{runs.view(), parents.data()});
    fill_bytes(queue, reached.data(), most, 0);
    for_each(queue, ask.n_seeds, ReachSeeds{sets, ask.seeds, ask.box, reached.data()});
    for (bool more = ask.one_way; more;) {
      fill_bytes(queue, changed.data(), 1, 0);
      for (int k = 0; k < sweeps; k++) {
        for_each(queue, words, SpreadSteps<T>{sets, pixels, reached.data(), changed.data()});
      }
      more = read(queue, changed.data()) != 0;
    }
    for_each(queue, words, TakeReached{sets, reached.data(), filled});
  });
}

}  // namespace

DeviceFlooded flood(const Queue& queue, const FloodQuestion& ask, cpu::FloodMode mode, bool corners,
                    std::int64_t max_area, const MutableMaskView* out, std::uint64_t value) {
  const RowGrid box{{1, ask.box.bottom - ask.box.top, ask.box.right - ask.box.left}};
  const std::int64_t pixels = checked_mul(box.height, box.width, "region");
  require(pixels <= UINT32_MAX, ErrorKind::limit, "region",
          "expected fewer than 2^32 pixels on a CUDA device");
  const DeviceArray<std::uint64_t> filled(queue, box.words());
  const DeviceArray<FloodSums> sums(queue, 1);
  const FloodSums none;
  write(queue, &none, 1, sums.data());
  fill_bytes(queue, filled.data(), filled.n, 0);
  if (mode == cpu::FloodMode::floating) {
    fill_floating(queue, ask, box, corners, filled.data());
  } else {
    fill_fixed(queue, ask, box, corners, filled.data());
  }
  for_each(queue, box.words(), SumFilled{box, filled.data(), sums.data()});
  DeviceFlooded flooded;
  flooded.sums = read(queue, sums.data());
  flooded.complete = flooded.sums.area <= max_area;
  if (!flooded.complete) {
    flooded.sums = none;
    fill_bytes(queue, filled.data(), filled.n, 0);
  }
  if (flooded.sums.area == 0) flooded.sums = {0, 0, 0, 0, 0};
  flooded.masks = runs_of(queue, WordGrid{{1, ask.image.size.height, ask.image.size.width}},
                          BitRows{box, filled.data(), ask.box.left, ask.box.top}, true);
  if (out != nullptr) {  // last, when nothing can fail any more
    for_each(queue, box.words(), PaintFilled{box, filled.data(), ask.box, *out, value});
  }
  return flooded;
}

}  // namespace me::cuda
