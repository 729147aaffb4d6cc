// bbox: the tight box around the foreground of each mask. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "runs/runs.h"

namespace me::cpu {

// Writes masks.n boxes of four values to `boxes`: left, top, right, bottom (half-open), or with
// `xywh` left, top, width, height. A mask without foreground has four zeros.
void bbox(const RunsView& masks, bool xywh, std::int64_t* boxes, const Exec& exec);

}  // namespace me::cpu
