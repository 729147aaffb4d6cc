// area: number of foreground pixels of each mask. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "runs/runs.h"

namespace me::cpu {

// Writes masks.n values to `areas`.
void area(const RunsView& masks, std::int64_t* areas, const Exec& exec);

}  // namespace me::cpu
