// tile: copies of a mask, or several masks, side by side or below each other. Runs on the CPU.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/exec.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// Each mask `rows` times below itself and `columns` times beside itself.
Runs tile(const RunsView& masks, std::int64_t rows, std::int64_t columns, const Exec& exec);
// Nothing where bits would take much memory: then the runs say whether theirs are too many.
std::optional<PackedMasks> tile(const PackedView& masks, std::int64_t rows, std::int64_t columns,
                                const Exec& exec);

enum class Side { beside, below };

// Puts masks together: result i of n has mask i of each batch, from left to right or from top to
// bottom. A batch has n masks, or one that is in all results.
Runs stack(const std::vector<RunsView>& batches, std::int64_t n, Side side, const Exec& exec);
PackedMasks stack(const std::vector<PackedView>& batches, std::int64_t n, Side side,
                  const Exec& exec);

}  // namespace me::cpu
