#include "ops/rot90/rot90.h"

#include "base/parallel.h"
#include "runs/bit_writer.h"
#include "runs/builder.h"
#include "runs/collect.h"
#include "runs/reverse.h"
#include "runs/transposed.h"
#include "runs/turned_bits.h"

namespace me::cpu {
namespace {

void append_canonical(const RunList& runs, Buffer<std::uint32_t>& counts) {
  RunBuilder builder(counts);
  for (std::int64_t i = 0; i < runs.n; i++) builder.append((i & 1) != 0, runs.counts[i]);
  builder.finish();
}

}  // namespace

Runs rot90(const RunsView& masks, int k, const Exec& exec) {
  const double runs_each = masks.mean_counts();
  const double cost = k % 2 == 0 ? 20.0 + runs_each : 200.0 + 8.0 * runs_each;
  return collect(exec, masks.n, cost, [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
    const RunList runs = masks[i];
    if (k % 2 == 0) {
      (k == 0 ? append_canonical : append_reversed)(runs, counts);
      return runs.size;
    }
    append_transposed(runs, {k == 1, k == 3}, counts);
    return Size{runs.size.width, runs.size.height};
  });
}

PackedMasks rot90(const PackedView& masks, int k, const Exec& exec) {
  if (k % 2 == 1) return transposed(masks, {k == 1, k == 3}, exec);
  PackedMasks out(masks.sizes, masks.n);
  const double cost = 50 + (k == 0 ? 0.3 : 2.0) * masks.mean_words();
  for_ranges(exec, masks.n, cost, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      const std::int64_t area = masks.size(i).area();
      if (k == 0) {
        BitWriter(out.mask(i)).add(masks.mask(i), 0, area);
      } else {
        write_half_turn(masks.mask(i), area, out.mask(i));
      }
    }
  });
  return out;
}

}  // namespace me::cpu
