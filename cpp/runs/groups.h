// The masks of a batch sorted into groups: what reductions of a batch run over.
#pragma once
#include <cstdint>
#include <optional>

#include "base/buffer.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me {

struct Groups {
  Buffer<std::int64_t> offsets;
  Buffer<std::int64_t> items;  // by group, in the order of the batch inside each

  std::int64_t n() const { return offsets.size() - 1; }

  // The masks of group g.
  Buffer<RunList> members(const RunsView& masks, std::int64_t g) const {
    Buffer<RunList> out;
    out.reserve(offsets[g + 1] - offsets[g]);
    for (std::int64_t k = offsets[g]; k < offsets[g + 1]; k++) out.push_back(masks[items[k]]);
    return out;
  }
  Buffer<const std::uint64_t*> members(const PackedView& masks, std::int64_t g) const {
    Buffer<const std::uint64_t*> out;
    out.reserve(offsets[g + 1] - offsets[g]);
    for (std::int64_t k = offsets[g]; k < offsets[g + 1]; k++) out.push_back(masks.mask(items[k]));
    return out;
  }

  // Room for a mask of each group: of the size of its masks, or of `size` where it has none.
  // Nothing where groups without masks are so many that runs, which are short there, take less.
  std::optional<PackedMasks> results(const PackedView& masks,
                                     const std::optional<Size>& size) const;
};

// group_of[i] is the group of mask i; nullptr puts all in one. Throws when a group is outside
// [0, group_count), when masks of a group differ in size or from `size`, and when a group without
// masks needs `size` and has none.
Groups groups_of(const RunsView& masks, const std::int64_t* group_of, std::int64_t group_count,
                 const std::optional<Size>& size);
Groups groups_of(const PackedView& masks, const std::int64_t* group_of, std::int64_t group_count,
                 const std::optional<Size>& size);

}  // namespace me
