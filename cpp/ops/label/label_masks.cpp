// Components of run-length masks: each by itself, side by side on threads.
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "ops/label/label.h"
#include "runs/column_components.h"

namespace me::cpu {
namespace {

void append_all(MaskComponents& to, const MaskComponents& part) {
  to.counts.append(part.counts.data(), part.counts.size());
  to.stats.append(part.stats);
  append(to.masks, part.masks);
}

}  // namespace

MaskComponents label_masks(const RunsView& masks, bool corners, bool measured, bool as_masks,
                           const Exec& exec) {
  const Joining joining{corners, measured || as_masks};  // masks come in the order of first pixels
  const double runs_each = masks.n == 0 ? 0.0 : double(masks.total_counts()) / double(masks.n);
  const std::int64_t chunks = chunk_count(exec, masks.n, 200 + 8 * runs_each);
  std::vector<MaskComponents> parts(static_cast<std::size_t>(chunks));
  for_chunks(exec, masks.n, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    MaskComponents& part = parts[static_cast<std::size_t>(c)];
    for (std::int64_t i = begin; i < end; i++) {
      ColumnComponents found(masks[i], joining, as_masks);
      part.counts.push_back(found.n());
      if (measured) found.add_stats(part.stats);
      if (as_masks) found.append_masks(part.masks);
      poll(10 * static_cast<double>(masks[i].n));
    }
  });
  MaskComponents all = std::move(parts[0]);
  for (std::size_t c = 1; c < parts.size(); c++) append_all(all, parts[c]);
  return all;
}

}  // namespace me::cpu
