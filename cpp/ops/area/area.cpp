#include "ops/area/area.h"

#include "base/parallel.h"

namespace me::cpu {

void area(const RunsView& masks, std::int64_t* areas, const Exec& exec) {
  const double runs_each = masks.mean_counts();
  for_ranges(exec, masks.n, 2.0 + 0.3 * runs_each, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      std::int64_t sum = 0;
      for (std::int64_t k = masks.offsets[i] + 1; k < masks.offsets[i + 1]; k += 2) {
        sum += masks.counts[k];
      }
      areas[i] = sum;
    }
  });
}

void area(const PackedView& masks, std::int64_t* areas, const Exec& exec) {
  for_ranges(exec, masks.n, 10 + masks.mean_words(), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) areas[i] = masks.area(i);
  });
}

}  // namespace me::cpu
