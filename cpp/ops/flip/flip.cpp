#include "ops/flip/flip.h"

#include "runs/collect.h"
#include "runs/reverse.h"

namespace me::cpu {

Runs flip(const RunsView& masks, Flip flip, const Exec& exec) {
  const double runs_each = masks.mean_counts();
  return collect(exec, masks.n, 50.0 + 3.0 * runs_each,
                 [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
                   const RunList runs = masks[i];
                   if (flip == Flip::upside_down) {
                     append_upside_down(runs, counts);
                   } else {  // a half turn, then upside down
                     Buffer<std::uint32_t> turned;
                     append_reversed(runs, turned);
                     append_upside_down({turned.data(), turned.size(), runs.size}, counts);
                   }
                   return runs.size;
                 });
}

}  // namespace me::cpu
