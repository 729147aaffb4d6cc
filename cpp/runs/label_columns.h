// A label map of any integer type and stride -> one run-length mask for each label.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "runs/component_stats.h"
#include "runs/row_lines.h"
#include "runs/runs.h"

namespace me {

struct LabelMasks {
  Buffer<std::uint64_t> ids;  // the labels, ascending; background, 0, is none
  Runs masks;
  ComponentStats stats;  // of each label when measured; perimeters and holes are not
};

LabelMasks masks_of_labels(const DenseItem& map, bool measured, const Exec& exec);

}  // namespace me
