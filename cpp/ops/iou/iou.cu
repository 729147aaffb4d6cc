#include "ops/iou/iou.h"

#include "base/atomics.h"
#include "base/primitives.h"
#include "runs/run_blocks.cuh"

namespace me::cuda {
namespace {

// counts of foreground alone, zero for background.
struct KeepForeground {
  const std::uint32_t* counts;
  std::uint32_t* kept;

  ME_HD int begin(std::int64_t) const { return 0; }
  ME_HD void foreground(int, std::int64_t, std::int64_t k) const { kept[k] = counts[k]; }
  ME_HD void end(int, std::int64_t) const {}
};

// Pixels before each count: all of them, and foreground.
struct Table {
  DeviceArray<std::int64_t> positions, foregrounds;

  Table(const Queue& queue, const DeviceRunsView& masks)
      : positions(queue, masks.n_counts + 1), foregrounds(queue, masks.n_counts + 1) {
    running_sums(queue, masks.counts, masks.n_counts, positions.data());
    const DeviceArray<std::uint32_t> kept(queue, masks.n_counts);
    fill_bytes(queue, kept.data(), kept.n, 0);
    for_each_run(queue, masks, KeepForeground{masks.counts, kept.data()});
    running_sums(queue, kept.data(), kept.n, foregrounds.data());
  }
};

struct TableView {
  const std::int64_t* offsets;
  const std::int64_t* positions;
  const std::int64_t* foregrounds;

  TableView(const DeviceRunsView& masks, const Table& table)
      : offsets(masks.offsets),
        positions(table.positions.data()),
        foregrounds(table.foregrounds.data()) {}

  ME_HD std::int64_t area(std::int64_t m) const {
    return foregrounds[offsets[m + 1]] - foregrounds[offsets[m]];
  }
  // Foreground of mask m before pixel p, but for what its runs before offsets[m] hold.
  ME_HD std::int64_t before(std::int64_t m, std::int64_t p) const {
    const std::int64_t begin = offsets[m];
    const std::int64_t wanted = positions[begin] + p;
    const std::int64_t k = last_at_most(positions, begin, offsets[m + 1] - 1, wanted);
    return foregrounds[k] + (((k - begin) & 1) != 0 ? wanted - positions[k] : 0);
  }
};

// Adds what runs of mask m of `a` share with mask j of `b`; j is m on the diagonal.
struct AddShared {
  TableView a, b;
  std::int64_t j;
  bool diagonal;
  std::int64_t row;  // masks of b in a row of the result
  std::int64_t* shared;

  ME_HD std::int64_t begin(std::int64_t) const { return 0; }
  ME_HD void foreground(std::int64_t& sum, std::int64_t m, std::int64_t k) const {
    const std::int64_t origin = a.positions[a.offsets[m]];
    const std::int64_t other = diagonal ? m : j;
    sum += b.before(other, a.positions[k + 1] - origin) - b.before(other, a.positions[k] - origin);
  }
  ME_HD void end(std::int64_t sum, std::int64_t m) const {
    if (sum != 0) atomic_add(shared + (diagonal ? m : m * row + j), sum);
  }
};

// Element i: a block of the runs of `a`, with one mask of `b`.
struct ShareBlock {
  DeviceRunsView masks;
  AddShared body;

  ME_HD void operator()(std::int64_t i) const {
    AddShared one = body;
    one.j = i % body.row;
    EachRunBlock<AddShared>{masks, one}(i / body.row);
  }
};

struct Ratio {
  TableView a, b;
  const std::int64_t* shared;
  const std::uint8_t* crowd;
  bool diagonal;
  std::int64_t row;
  double* out;

  ME_HD void operator()(std::int64_t i) const {
    const std::int64_t m = diagonal ? i : i / row;
    const std::int64_t j = diagonal ? i : i % row;
    const std::int64_t first = a.area(m);
    const std::int64_t either =
        crowd != nullptr && crowd[j] != 0 ? first : first + b.area(j) - shared[i];
    out[i] = shared[i] == 0 ? 0.0 : static_cast<double>(shared[i]) / static_cast<double>(either);
  }
};

}  // namespace

void iou(const Queue& queue, const DeviceRunsView& a, const DeviceRunsView& b,
         const std::uint8_t* crowd, bool diagonal, double* out) {
  if (a.n == 0 || b.n == 0) return;
  const Table table_a(queue, a);
  const Table table_b(queue, b);
  const TableView view_a(a, table_a);
  const TableView view_b(b, table_b);
  const std::int64_t row = diagonal ? 1 : b.n;
  const DeviceArray<std::int64_t> shared(queue, a.n * row);
  fill_bytes(queue, shared.data(), shared.n, 0);
  constexpr std::int64_t block = EachRunBlock<AddShared>::block;
  for_each(queue, (a.n_counts + block - 1) / block * row,
           ShareBlock{a, {view_a, view_b, 0, diagonal, row, shared.data()}});
  for_each(queue, shared.n, Ratio{view_a, view_b, shared.data(), crowd, diagonal, row, out});
}

}  // namespace me::cuda
