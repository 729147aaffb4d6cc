#include "ops/area/area.h"

#include "base/atomics.h"
#include "runs/run_blocks.cuh"

namespace me::cuda {
namespace {

struct AddAreas {
  const std::uint32_t* counts;
  std::int64_t* areas;

  ME_HD std::int64_t begin(std::int64_t) const { return 0; }
  ME_HD void foreground(std::int64_t& sum, std::int64_t, std::int64_t k) const { sum += counts[k]; }
  ME_HD void end(std::int64_t sum, std::int64_t m) const {
    if (sum != 0) atomic_add(areas + m, sum);
  }
};

}  // namespace

void area(const Queue& queue, const DeviceRunsView& masks, std::int64_t* areas) {
  fill_bytes(queue, areas, masks.n, 0);
  for_each_run(queue, masks, AddAreas{masks.counts, areas});
}

}  // namespace me::cuda
