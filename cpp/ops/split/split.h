// split: a label map -> one run-length mask for each label. Runs on the CPU.
#pragma once
#include "base/exec.h"
#include "base/view.h"
#include "runs/label_columns.h"

namespace me::cpu {

// The label map is the first of the stack. Labels are bit patterns.
LabelMasks split(const MaskView& map, bool measured, const Exec& exec);

}  // namespace me::cpu
