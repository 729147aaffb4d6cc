// Stretches of positions, each of one of several groups -> one mask for each group.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "runs/runs.h"

namespace me {

// Pixels [begin, end) in the order of runs.
struct Stretch {
  std::int64_t begin, end;
};

// Appends `n_groups` masks: stretch k, in order and apart from the others, is of group group_of(k).
void append_groups(const Stretch* stretches, std::int64_t n, const std::uint32_t* group_of,
                   std::int64_t n_groups, Size size, Runs& out);

}  // namespace me
