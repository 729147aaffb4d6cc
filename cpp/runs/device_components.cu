#include "runs/device_components.h"

#include <utility>

#include "base/execution.cuh"
#include "base/primitives.h"
#include "base/values.h"
#include "runs/disjoint_sets.h"
#include "runs/meet_runs.cuh"
#include "runs/row_words.cuh"
#include "runs/run_words.cuh"

namespace me::cuda {
namespace {

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
    const std::int64_t mask = runs.grid.place(w).item;
    std::int64_t number = before[w] - before[runs.grid.words_before(mask)];
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
    counts[m] = before[grid.words_before(m + 1)] - before[grid.words_before(m)];
  }
};

// Words down the columns as a source of words along the rows.
struct TurnedBits {
  WordGrid grid;
  const std::uint64_t* words;

  ME_HD std::uint64_t bit(const GridItem& one, std::int64_t x, std::int64_t y) const {
    return words[one.words + x * words_in(one.height) + y / 64] >> (y % 64) & 1;
  }
  ME_HD RowWord operator()(const RowGrid::Place& place) const {
    const GridItem one = grid.item(place.item);
    const std::int64_t x = 64 * place.x;
    const std::int64_t n = place.columns();
    std::uint64_t bits = 0;
    for (std::int64_t b = 0; b < n; b++) bits |= bit(one, x + b, place.y) << b;
    const std::uint64_t before = x > 0 ? bit(one, x - 1, place.y) : 0;
    return {bits, bits & ~(bits << 1 | before)};
  }
};

struct WriteWords {
  RunWords source;
  std::uint64_t* words;
  ME_HD void operator()(std::int64_t i) const { words[i] = source(source.grid.down(i)).bits; }
};

Components number_components(const Queue& queue, RowRuns row_runs, std::int64_t most,
                             const MaskView* values, bool corners) {
  Components found;
  found.corners = corners;
  found.runs = std::move(row_runs);
  const RowRunsView runs = found.runs.view();
  const std::int64_t words = runs.grid.words();
  const DeviceArray<std::uint32_t> parents = join_runs(queue, found.runs, most, values, corners);
  const DeviceArray<std::uint32_t> counts(queue, words);
  found.before = DeviceArray<std::int64_t>(queue, words + 1);
  found.numbers = DeviceArray<std::uint32_t>(queue, most);
  found.counts = DeviceArray<std::int64_t>(queue, runs.grid.n);
  for_each(queue, words, CountRoots{runs, parents.data(), counts.data()});
  running_sums(queue, counts.data(), words, found.before.data());
  for_each(queue, words,
           NumberRoots{runs, parents.data(), found.before.data(), found.numbers.data()});
  for_each(queue, words, NumberRuns{runs, parents.data(), found.numbers.data()});
  for_each(queue, runs.grid.n,
           CountComponents{runs.grid, found.before.data(), found.counts.data()});
  return found;
}

}  // namespace

std::int64_t most_runs(const RowGrid& grid, bool valued) {
  return grid.n * grid.height * (valued ? grid.width : (grid.width + 1) / 2);
}

RowRuns row_runs(const Queue& queue, const MaskView& masks, bool valued) {
  const RowGrid grid{{masks.n, masks.height, masks.width}};
  const std::int64_t pixels =
      checked_mul(checked_mul(masks.n, masks.height, "source"), masks.width, "source");
  require(pixels <= UINT32_MAX, ErrorKind::limit, "source", "expected fewer than 2^32 pixels");
  RowRuns runs;
  with_unsigned(element_bytes(masks.element), [&](auto zero) {
    runs = runs_of_rows(queue, grid, row_reader<decltype(zero)>(masks, valued));
  });
  return runs;
}

DeviceArray<std::uint32_t> join_runs(const Queue& queue, const RowRuns& runs, std::int64_t most,
                                     const MaskView* values, bool corners) {
  const bool valued = values != nullptr;
  DeviceArray<std::uint32_t> parents(queue, most);
  for_each(queue, runs.grid.words(), BeginSets{runs.view(), parents.data()});
  for_each(queue, runs.grid.words(),
           MeetRuns<Join>{
               runs.view(), valued ? *values : MaskView{}, valued, corners, {parents.data()}});
  for_each(queue, runs.grid.words(), FlattenSets{runs.view(), parents.data()});
  return parents;
}

Components components_of(const Queue& queue, const MaskView& masks, bool valued, bool corners) {
  RowRuns runs = row_runs(queue, masks, valued);
  const std::int64_t most = most_runs(runs.grid, valued);
  return number_components(queue, std::move(runs), most, valued ? &masks : nullptr, corners);
}

Components components_of(const Queue& queue, const DeviceRunsView& masks, const std::int64_t* sizes,
                         bool corners) {
  const HeldGrid<WordGrid> columns = columns_of(queue, sizes, masks.n);
  HeldGrid<RowGrid> rows = rows_of(queue, sizes, masks.n);
  const DeviceArray<std::uint64_t> words(queue, columns.grid.words());
  const RunPositions found = positions_of(queue, masks, columns.grid);
  for_each(queue, words.n, WriteWords{RunWords(masks, columns.grid, found), words.data()});
  RowRuns runs = runs_of_rows(queue, rows.grid, TurnedBits{columns.grid, words.data()});
  runs.items = std::move(rows.items);
  const std::int64_t n = read(queue, runs.before.data() + rows.grid.words());
  require(n <= UINT32_MAX, ErrorKind::limit, "source", "expected fewer than 2^32 runs of rows");
  return number_components(queue, std::move(runs), n, nullptr, corners);
}

}  // namespace me::cuda
