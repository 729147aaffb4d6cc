// tile: copies of a mask, or several masks, side by side or below each other. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "runs/runs.h"

namespace me::cpu {

// Each mask `rows` times below itself and `columns` times beside itself.
Runs tile(const RunsView& masks, std::int64_t rows, std::int64_t columns, const Exec& exec);

enum class Side { beside, below };

// Puts masks together: result i has the masks i, n + i, 2 n + i, ... of k * n masks, from left to
// right or from top to bottom.
Runs stack(const RunsView& masks, std::int64_t k, Side side, const Exec& exec);

}  // namespace me::cpu
