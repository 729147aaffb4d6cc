#include "ops/vote/vote.h"

#include <string>

#include "base/error.h"
#include "ops/vote/few.h"
#include "ops/vote/sweep.h"
#include "ops/vote/tallies.h"
#include "runs/collect.h"
#include "runs/groups.h"

namespace me::cpu {
namespace {

// tally_of(g, n) gives the tally of group g of n masks.
template <class TallyOf>
Runs reduce(const RunsView& masks, const Groups& groups, const std::optional<Size>& size,
            const Exec& exec, TallyOf tally_of) {
  const double cost =
      5000.0 + 8.0 * double(masks.total_counts()) / double(std::max<std::int64_t>(groups.n(), 1));
  return collect(exec, groups.n(), cost, [&](std::int64_t g, Buffer<std::uint32_t>& counts) {
    const Buffer<RunList> members = groups.members(masks, g);
    const Size result = members.empty() ? *size : members[0].size;
    const auto tally = tally_of(g, members.size());
    if (!members.empty() && members.size() <= few_masks) {
      sweep_few(members.data(), members.size(), kept_sets(tally, members.size()), counts);
      return result;
    }
    TallySweep sweep(tally, result.area(), counts);
    sweep.run(members.data(), members.size());
    return result;
  });
}

}  // namespace

Buffer<WideNumber> by_group(const Groups& groups, const WideNumber* weights) {
  Buffer<WideNumber> sorted(groups.items.size());
  for (std::int64_t k = 0; k < sorted.size(); k++) sorted[k] = weights[groups.items[k]];
  return sorted;
}

void check_axes(const Groups& groups, std::int64_t k) {
  for (std::int64_t g = 0; g < groups.n(); g++) {
    const std::int64_t n = groups.offsets[g + 1] - groups.offsets[g];
    if (n == k) continue;
    throw Error(ErrorKind::shape_mismatch, "table",
                "expected an axis of the table for each of the " + std::to_string(n) +
                    " masks of group " + std::to_string(g) + ", got " + std::to_string(k));
  }
}

Runs at_least(const RunsView& masks, std::int64_t k, const GroupsOf& of, const Exec& exec) {
  const Groups groups = groups_of(masks, of.group_of, of.count, of.size);
  return reduce(masks, groups, of.size, exec,
                [k](std::int64_t, std::int64_t) { return CountTally{k}; });
}

Runs weigh(const RunsView& masks, const WideNumber* weights, WideNumber threshold,
           const GroupsOf& of, const Exec& exec) {
  const Groups groups = groups_of(masks, of.group_of, of.count, of.size);
  const Buffer<WideNumber> sorted = by_group(groups, weights);
  return reduce(masks, groups, of.size, exec, [&](std::int64_t g, std::int64_t) {
    return WeightTally{sorted.data() + groups.offsets[g], threshold};
  });
}

Runs look_up(const RunsView& masks, const std::uint8_t* table, std::int64_t k, const GroupsOf& of,
             const Exec& exec) {
  const Groups groups = groups_of(masks, of.group_of, of.count, of.size);
  check_axes(groups, k);
  return reduce(masks, groups, of.size, exec,
                [table](std::int64_t, std::int64_t n) { return TableTally{table, n}; });
}

}  // namespace me::cpu
