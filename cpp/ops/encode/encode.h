// encode: dense masks of any element type and memory order -> runs. Runs on the CPU.
#pragma once
#include <optional>

#include "base/exec.h"
#include "base/view.h"
#include "runs/runs.h"

namespace me::cpu {

// Nonzero is foreground, or, with a threshold, what is above it (NaN is background).
Runs encode(const MaskView& masks, std::optional<double> threshold, const Exec& exec);

}  // namespace me::cpu
