#include "ops/flip/flip.h"

#include "base/parallel.h"
#include "runs/bit_writer.h"
#include "runs/collect.h"
#include "runs/reverse.h"
#include "runs/turned_bits.h"

namespace me::cpu {
namespace {

void mirror_columns(const std::uint64_t* mask, Size size, std::uint64_t* out) {
  BitWriter writer(out);
  for (std::int64_t x = size.width; x-- > 0;) writer.add(mask, x * size.height, size.height);
}

}  // namespace

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

PackedMasks flip(const PackedView& masks, Flip flip, const Exec& exec) {
  PackedMasks out(masks.sizes, masks.n);
  const double cost = 100 + 4 * masks.mean_words();
  for_ranges(exec, masks.n, cost, [&](std::int64_t begin, std::int64_t end) {
    Buffer<std::uint64_t> turned;
    for (std::int64_t i = begin; i < end; i++) {
      const std::uint64_t* mask = masks.mask(i);
      if (flip == Flip::upside_down) {  // left to right, of a half turn
        const std::int64_t area = masks.size(i).area();
        turned.resize(words_for(area) + 1);
        turned.back() = 0;
        write_half_turn(mask, area, turned.data());
        mask = turned.data();
      }
      mirror_columns(mask, masks.size(i), out.mask(i));
    }
  });
  return out;
}

}  // namespace me::cpu
