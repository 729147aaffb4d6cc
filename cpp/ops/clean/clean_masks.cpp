// Run-length masks: components of columns, and nothing is decoded.
#include <algorithm>
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "base/poll_some.h"
#include "ops/clean/choose.h"
#include "ops/clean/clean.h"
#include "runs/column_components.h"

namespace me::cpu {
namespace {

// Runs with background and foreground exchanged.
Buffer<std::uint32_t> exchanged(const RunList& runs) {
  Buffer<std::uint32_t> counts(runs.n + 1);
  counts[0] = 0;
  std::copy_n(runs.counts, runs.n, counts.data() + 1);
  return counts;
}

void clean_mask(const RunList& runs, const CleanRule& rule, CleanedMasks& out) {
  const bool holes = rule.kind == CleanRule::Kind::holes;
  const Buffer<std::uint32_t> background = holes ? exchanged(runs) : Buffer<std::uint32_t>();
  const RunList read = holes ? RunList{background.data(), background.size(), runs.size} : runs;
  const bool corners = holes ? !rule.corners : rule.corners;  // what fills holes is dual
  ColumnComponents found(read, {corners, true}, true);
  Buffer<std::uint8_t> chosen = choose(found, rule, runs.size.height, runs.size.width,
                                       [](std::int64_t) { return std::uint64_t{1}; });
  std::int64_t count = 0;
  for (std::int64_t k = 0; k < found.n(); k++) {
    poll_some(k, 5);
    if (chosen[k] == 0) continue;
    if (rule.reported) out.changes.add_columns(found.sums(k), holes ? 0 : 1, holes ? 1 : 0);
    count++;
  }
  out.changes.counts.push_back(count);
  for (std::uint8_t& choice : chosen) choice ^= 1;
  found.append_chosen(chosen.data(), holes, out.masks);
}

}  // namespace

CleanedMasks clean_masks(const RunsView& masks, const CleanRule& rule, const Exec& exec) {
  const double runs_each = masks.mean_counts();
  const std::int64_t chunks = chunk_count(exec, masks.n, 300 + 10 * runs_each);
  std::vector<CleanedMasks> parts(static_cast<std::size_t>(chunks));
  for_chunks(exec, masks.n, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      clean_mask(masks[i], rule, parts[static_cast<std::size_t>(c)]);
      poll(10 * static_cast<double>(masks[i].n));
    }
  });
  if (chunks <= 1) return std::move(parts[0]);
  CleanedMasks all;
  std::vector<RegionChanges> changes;
  for (CleanedMasks& part : parts) {
    append(all.masks, part.masks);
    changes.push_back(std::move(part.changes));
  }
  all.changes = join(std::move(changes));
  return all;
}

}  // namespace me::cpu
