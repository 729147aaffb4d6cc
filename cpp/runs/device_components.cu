#include "runs/device_components.h"

#include "base/execution.cuh"
#include "base/primitives.h"
#include "base/values.h"
#include "runs/disjoint_sets.h"
#include "runs/meet_runs.cuh"
#include "runs/row_words.cuh"

namespace me::cuda {
namespace {

struct BeginSets {
  RowRunsView runs;
  std::uint32_t* parents;

  ME_HD void operator()(std::int64_t w) const {
    for (std::int64_t r = runs.before[w]; r < runs.before[w + 1]; r++) {
      parents[r] = static_cast<std::uint32_t>(r);
    }
  }
};

struct Join {
  std::uint32_t* parents;

  ME_HD void operator()(std::int64_t, std::uint32_t run, std::uint32_t above) const {
    join(parents, run, above);
  }
};

struct CountRoots {
  RowRunsView runs;
  const std::uint32_t* parents;
  std::uint32_t* counts;

  ME_HD void operator()(std::int64_t w) const {
    std::uint32_t count = 0;
    for (std::int64_t r = runs.before[w]; r < runs.before[w + 1]; r++) count += parents[r] == r;
    counts[w] = count;
  }
};

struct NumberRoots {
  RowRunsView runs;
  const std::uint32_t* parents;
  const std::int64_t* before;
  std::uint32_t* numbers;

  ME_HD void operator()(std::int64_t w) const {
    if (before[w] == before[w + 1]) return;
    const std::int64_t mask = w / runs.grid.per_mask();
    std::int64_t number = before[w] - before[mask * runs.grid.per_mask()];
    for (std::int64_t r = runs.before[w]; r < runs.before[w + 1]; r++) {
      if (parents[r] == r) numbers[r] = static_cast<std::uint32_t>(++number);
    }
  }
};

struct NumberRuns {
  RowRunsView runs;
  const std::uint32_t* parents;
  std::uint32_t* numbers;

  ME_HD void operator()(std::int64_t w) const {
    for (std::int64_t r = runs.before[w]; r < runs.before[w + 1]; r++) {
      const std::uint32_t root = root_of(parents, static_cast<std::uint32_t>(r));
      if (root != r) numbers[r] = numbers[root];
    }
  }
};

struct CountComponents {
  RowGrid grid;
  const std::int64_t* before;
  std::int64_t* counts;

  ME_HD void operator()(std::int64_t m) const {
    counts[m] = before[(m + 1) * grid.per_mask()] - before[m * grid.per_mask()];
  }
};

// The most runs that masks can have.
std::int64_t most_runs(const RowGrid& grid, bool valued) {
  return grid.n * grid.height * (valued ? grid.width : (grid.width + 1) / 2);
}

}  // namespace

RowRuns row_runs(const Queue& queue, const MaskView& masks, bool valued) {
  const RowGrid grid{masks.n, masks.height, masks.width};
  const std::int64_t pixels =
      checked_mul(checked_mul(masks.n, masks.height, "source"), masks.width, "source");
  require(pixels <= UINT32_MAX, ErrorKind::limit, "source", "expected fewer than 2^32 pixels");
  RowRuns runs;
  with_unsigned(element_bytes(masks.element), [&](auto zero) {
    runs = runs_of_rows(queue, grid, row_reader<decltype(zero)>(masks, valued));
  });
  return runs;
}

DeviceArray<std::uint32_t> join_runs(const Queue& queue, const RowRuns& runs,
                                     const MaskView* values, bool corners) {
  const bool valued = values != nullptr;
  DeviceArray<std::uint32_t> parents(queue, most_runs(runs.grid, valued));
  for_each(queue, runs.grid.words(), BeginSets{runs.view(), parents.data()});
  for_each(queue, runs.grid.words(),
           MeetRuns<Join>{
               runs.view(), valued ? *values : MaskView{}, valued, corners, {parents.data()}});
  return parents;
}

Components components_of(const Queue& queue, const MaskView& masks, bool valued, bool corners) {
  Components found;
  found.corners = corners;
  found.runs = row_runs(queue, masks, valued);
  const RowRunsView runs = found.runs.view();
  const std::int64_t words = runs.grid.words();
  const DeviceArray<std::uint32_t> parents =
      join_runs(queue, found.runs, valued ? &masks : nullptr, corners);
  const DeviceArray<std::uint32_t> counts(queue, words);
  found.before = DeviceArray<std::int64_t>(queue, words + 1);
  found.numbers = DeviceArray<std::uint32_t>(queue, parents.n);
  found.counts = DeviceArray<std::int64_t>(queue, masks.n);
  for_each(queue, words, CountRoots{runs, parents.data(), counts.data()});
  running_sums(queue, counts.data(), words, found.before.data());
  for_each(queue, words,
           NumberRoots{runs, parents.data(), found.before.data(), found.numbers.data()});
  for_each(queue, words, NumberRuns{runs, parents.data(), found.numbers.data()});
  for_each(queue, masks.n, CountComponents{runs.grid, found.before.data(), found.counts.data()});
  return found;
}

}  // namespace me::cuda
