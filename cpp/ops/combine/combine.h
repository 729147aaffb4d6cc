// combine: union, intersection, difference, symmetric difference and complement. Runs on the CPU.
#pragma once
#include <cstdint>
#include <optional>

#include "base/exec.h"
#include "runs/runs.h"

namespace me::cpu {

enum class SetOp { unite, intersect, subtract, exclude };

// Item i of the result combines a[i] with b[i]. A batch of one pairs with every item of the other.
// Throws shape_mismatch when the batches' lengths or the sizes of a pair differ.
Runs combine_pairs(SetOp op, const RunsView& a, const RunsView& b, const Exec& exec);

// Reduces masks to one per group: groups[i] is the group of item i, groups == nullptr puts all in
// group 0; `group_count` groups come out. Within a group the order is that of the batch; subtract
// takes every later item from the first. A group without items gives a mask of `size`: background,
// for intersect foreground. Throws when it is needed and absent, when sizes differ inside a group
// or from `size`, and when a group is outside [0, group_count).
Runs combine_groups(SetOp op, const RunsView& masks, const std::int64_t* groups,
                    std::int64_t group_count, const std::optional<Size>& size, const Exec& exec);

// Foreground and background exchanged.
Runs complement(const RunsView& masks, const Exec& exec);

}  // namespace me::cpu
