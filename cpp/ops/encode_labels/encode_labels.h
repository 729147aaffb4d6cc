// encode_labels: a label map, or masks that do not overlap -> runs of labels. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/view.h"
#include "runs/runs.h"

namespace me::cpu {

// Items in columns, as masks, but for each count there is a label, and those of neighbours differ
// (unless they are together longer than a count can be). No count is zero but that of a map without
// pixels.
struct LabelRuns {
  Runs runs;
  Buffer<std::uint64_t> labels;  // bit patterns of the labels
};

LabelRuns encode_labels(const MaskView& maps);

// One map, in which mask i has label labels[i] and what is in no mask has 0. Throws when two masks
// share a pixel, naming the later one; all masks have `size`.
LabelRuns encode_label_masks(const RunsView& masks, const std::uint64_t* labels, Size size);

}  // namespace me::cpu
