#include "ops/vote/vote.h"

#include <string>

#include "base/error.h"
#include "ops/vote/few.h"
#include "ops/vote/sweep.h"
#include "runs/collect.h"
#include "runs/groups.h"

namespace me::cpu {
namespace {

// Sums of at most 64 KiB of deltas are held at a time.
struct CountTally {
  using Delta = std::int32_t;
  static constexpr std::int64_t stretch = 8192;
  std::int64_t wanted;

  Delta entering(std::int64_t) const { return 1; }
  Delta leaving(std::int64_t) const { return -1; }
  static void add(Delta& to, Delta delta) { to += delta; }
  bool keeps(Delta sum) const { return sum >= wanted; }
};

struct WeightTally {
  using Delta = WideNumber;
  static constexpr std::int64_t stretch = 4096;
  const WideNumber* weights;  // those of the group
  WideNumber threshold;

  Delta entering(std::int64_t i) const { return weights[i]; }
  Delta leaving(std::int64_t i) const { return {-weights[i].high, -weights[i].low}; }
  static void add(Delta& to, const Delta& delta) {
    to.high += delta.high;
    to.low += delta.low;
  }
  bool keeps(const Delta& sum) const {
    const std::int64_t high = sum.high + (sum.low >> 32);
    return high != threshold.high ? high > threshold.high : (sum.low & UINT32_MAX) >= threshold.low;
  }
};

struct TableTally {
  using Delta = std::uint32_t;
  static constexpr std::int64_t stretch = 8192;
  const std::uint8_t* table;
  std::int64_t masks;

  Delta entering(std::int64_t i) const { return Delta{1} << (masks - 1 - i); }
  Delta leaving(std::int64_t i) const { return entering(i); }
  static void add(Delta& to, Delta delta) { to ^= delta; }
  bool keeps(Delta sum) const { return table[sum] != 0; }
};

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

Runs at_least(const RunsView& masks, std::int64_t k, const GroupsOf& of, const Exec& exec) {
  const Groups groups = groups_of(masks, of.group_of, of.count, of.size);
  return reduce(masks, groups, of.size, exec,
                [k](std::int64_t, std::int64_t) { return CountTally{k}; });
}

Runs weigh(const RunsView& masks, const WideNumber* weights, WideNumber threshold,
           const GroupsOf& of, const Exec& exec) {
  const Groups groups = groups_of(masks, of.group_of, of.count, of.size);
  Buffer<WideNumber> sorted(masks.n);
  for (std::int64_t k = 0; k < masks.n; k++) sorted[k] = weights[groups.items[k]];
  return reduce(masks, groups, of.size, exec, [&](std::int64_t g, std::int64_t) {
    return WeightTally{sorted.data() + groups.offsets[g], threshold};
  });
}

Runs look_up(const RunsView& masks, const std::uint8_t* table, std::int64_t k, const GroupsOf& of,
             const Exec& exec) {
  const Groups groups = groups_of(masks, of.group_of, of.count, of.size);
  for (std::int64_t g = 0; g < groups.n(); g++) {
    const std::int64_t n = groups.offsets[g + 1] - groups.offsets[g];
    require(n == k, ErrorKind::shape_mismatch, "table",
            "expected an axis of the table for each mask of a group");
  }
  return reduce(masks, groups, of.size, exec,
                [table](std::int64_t, std::int64_t n) { return TableTally{table, n}; });
}

}  // namespace me::cpu
