// perimeter: length of the outline of each mask along pixel edges. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// Writes masks.n values to `lengths`: the number of pixel edges with foreground on one side and
// background, or the outside of the image, on the other. Holes count.
void perimeter(const RunsView& masks, std::int64_t* lengths, const Exec& exec);
void perimeter(const PackedView& masks, std::int64_t* lengths, const Exec& exec);

}  // namespace me::cpu
