// vote: pixels that enough of many masks cover, and any truth table of them. Runs on the CPU.
#pragma once
#include <cstdint>
#include <optional>

#include "base/exec.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// One result per group of masks, as in combine: `group_of` may be nullptr for one group; a group
// without masks gives a mask of `size`.
struct GroupsOf {
  const std::int64_t* group_of;
  std::int64_t count;
  std::optional<Size> size;
};

// Foreground where at least k masks of the group are.
Runs at_least(const RunsView& masks, std::int64_t k, const GroupsOf& groups, const Exec& exec);

// A number high * 2^32 + low with low in [0, 2^32).
struct WideNumber {
  std::int64_t high;
  std::int64_t low;
};

// Foreground where the weights of the group's masks that cover a pixel sum to `threshold` or more;
// one weight per mask. Sums of the high parts and of the low parts must stay inside int64.
Runs weigh(const RunsView& masks, const WideNumber* weights, WideNumber threshold,
           const GroupsOf& groups, const Exec& exec);

// Foreground where the table says so: it has 2^k flags, k <= max_table_masks, and a pixel reads the
// flag whose bits, highest first, say which masks of the group cover it. Throws when a group has
// not k masks.
inline constexpr std::int64_t max_table_masks = 20;
Runs look_up(const RunsView& masks, const std::uint8_t* table, std::int64_t k,
             const GroupsOf& groups, const Exec& exec);

// The same of bits. Nothing where a group has so many masks, or so many groups have none, that runs
// are the better way.
std::optional<PackedMasks> at_least(const PackedView& masks, std::int64_t k, const GroupsOf& groups,
                                    const Exec& exec);
std::optional<PackedMasks> weigh(const PackedView& masks, const WideNumber* weights,
                                 WideNumber threshold, const GroupsOf& groups, const Exec& exec);
std::optional<PackedMasks> look_up(const PackedView& masks, const std::uint8_t* table,
                                   std::int64_t k, const GroupsOf& groups, const Exec& exec);

}  // namespace me::cpu
