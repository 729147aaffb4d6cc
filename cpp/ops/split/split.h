// split: a label map -> one run-length mask for each label. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/view.h"
#include "runs/component_stats.h"
#include "runs/runs.h"

namespace me::cpu {

struct SplitMap {
  Runs masks;
  Buffer<std::uint64_t> ids;  // bit patterns of the labels, ascending
  ComponentStats stats;       // area, boxes, centroids and first pixels of the labels
};

// The label map is the first of the stack. Background, 0, has no mask.
SplitMap split(const MaskView& map, bool measured);

}  // namespace me::cpu
