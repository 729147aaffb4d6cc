#include "ops/label/label.h"

#include "base/atomics.h"
#include "base/execution.cuh"
#include "base/values.h"
#include "runs/write_groups.cuh"

namespace me::cuda {
namespace {

struct NumberOf {
  RowRunsView runs;
  const std::uint32_t* numbers;
  ME_HD std::uint32_t operator()(std::int64_t w, int b) const { return numbers[runs.run(w, b)]; }
};

struct FindMost {
  const std::int64_t* counts;
  std::int64_t* most;
  ME_HD void operator()(std::int64_t m) const { atomic_max(most, counts[m]); }
};

}  // namespace

void paint(const Queue& queue, const Components& components, const MutableMaskView& out) {
  const RowRunsView runs = components.runs.view();
  const NumberOf number{runs, components.numbers.data()};
  with_unsigned(element_bytes(out.element), [&](auto zero) {
    write_groups<decltype(zero)>(queue, runs.grid, runs.foreground, number, out);
  });
}

std::int64_t total(const Queue& queue, const Components& components) {
  return read(queue, components.before.data() + components.runs.grid.words());
}

std::int64_t most(const Queue& queue, const Components& components) {
  const DeviceArray<std::int64_t> most(queue, 1);
  fill_bytes(queue, most.data(), 1, 0);
  for_each(queue, components.counts.n, FindMost{components.counts.data(), most.data()});
  return read(queue, most.data());
}

}  // namespace me::cuda
