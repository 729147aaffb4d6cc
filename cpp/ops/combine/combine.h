// combine: union, intersection, difference, symmetric difference and complement.
// Runs on the CPU and on CUDA.
#pragma once
#include <cstdint>
#include <optional>

#include "base/exec.h"
#include "base/queue.h"
#include "runs/device_runs.h"
#include "runs/packed_masks.h"
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

// The same of bits; nothing where so many groups have no masks that runs are the better way.
PackedMasks combine_pairs(SetOp op, const PackedView& a, const PackedView& b, const Exec& exec);
std::optional<PackedMasks> combine_groups(SetOp op, const PackedView& masks,
                                          const std::int64_t* groups, std::int64_t group_count,
                                          const std::optional<Size>& size, const Exec& exec);
PackedMasks complement(const PackedView& masks, const Exec& exec);

}  // namespace me::cpu

namespace me::cuda {

// The same in device memory; the caller has checked sizes, lengths and groups. `sizes` of each
// batch, two numbers for each mask, are in memory of the host. Each waits once, for the number of
// runs.
DeviceRuns combine_pairs(const Queue& queue, cpu::SetOp op, const DeviceRunsView& a,
                         const DeviceRunsView& b, const std::int64_t* sizes_a,
                         const std::int64_t* sizes_b);

// Group g combines masks[members[k]] for k in [begins[g], begins[g + 1]), in this order, to one of
// sizes[2 * g] rows and sizes[2 * g + 1] columns; `sizes` are in memory of the host.
struct DeviceGroups {
  const std::int64_t* members;
  const std::int64_t* begins;
  const std::int64_t* sizes;
  std::int64_t n;
};
DeviceRuns combine_groups(const Queue& queue, cpu::SetOp op, const DeviceRunsView& masks,
                          const std::int64_t* sizes, const DeviceGroups& groups);

DeviceRuns complement(const Queue& queue, const DeviceRunsView& masks, const std::int64_t* sizes);

}  // namespace me::cuda
