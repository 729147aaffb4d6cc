#include "ops/transpose/transpose.h"

#include "runs/collect.h"
#include "runs/transposed.h"
#include "runs/turned_bits.h"

namespace me::cpu {

Runs transpose(const RunsView& masks, const Exec& exec) {
  const double runs_each = masks.mean_counts();
  return collect(exec, masks.n, 200.0 + 8.0 * runs_each,
                 [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
                   const RunList runs = masks[i];
                   append_transposed(runs, {false, false}, counts);
                   return Size{runs.size.width, runs.size.height};
                 });
}

PackedMasks transpose(const PackedView& masks, const Exec& exec) {
  return transposed(masks, {}, exec);
}

}  // namespace me::cpu
