// Components of run-length masks: each by itself, side by side on threads.
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "ops/label/label.h"
#include "runs/collect.h"
#include "runs/column_components.h"

namespace me::cpu {
namespace {

// Puts the components of parts [first, parts.size()) behind those of `all`, on several threads.
void append_all(const Exec& exec, std::vector<MaskComponents>& parts, std::int64_t first,
                MaskComponents& all) {
  const auto n = static_cast<std::int64_t>(parts.size()) - first;
  std::vector<Runs> masks(static_cast<std::size_t>(n));
  std::vector<ComponentStats> stats(static_cast<std::size_t>(n));
  for (std::size_t k = 0; k < masks.size(); k++) {
    MaskComponents& part = parts[static_cast<std::size_t>(first) + k];
    all.counts.append(part.counts.data(), part.counts.size());
    masks[k] = std::move(part.masks);
    stats[k] = std::move(part.stats);
  }
  append_parts(exec, masks, 0, all.masks);
  append_parts(exec, stats, all.stats);
}

}  // namespace

MaskComponents label_masks(const RunsView& masks, bool corners, bool measured, bool as_masks,
                           const Exec& exec) {
  const Joining joining{corners, measured || as_masks};  // masks come in the order of first pixels
  const std::int64_t chunks = chunk_count(exec, masks.n, 200 + 8 * masks.mean_counts(), 16);
  const auto fill = [&](MaskComponents& part, std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      ColumnComponents found(masks[i], joining, as_masks);
      part.counts.push_back(found.n());
      if (measured) found.add_stats(part.stats);
      if (as_masks) found.append_masks(part.masks);
      poll(10 * static_cast<double>(masks[i].n));
    }
  };
  MaskComponents all;
  if (chunks <= 1) {
    fill(all, 0, masks.n);
  } else {
    std::vector<MaskComponents> parts;
    const std::int64_t first = fill_parts(exec, masks.n, chunks, all, parts, fill);
    append_all(exec, parts, first, all);
  }
  all.masks.counts.shrink();
  return all;
}

}  // namespace me::cpu
