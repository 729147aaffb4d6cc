// resize: each mask at another size, by the nearest source pixel. Runs on the CPU.
#pragma once
#include <cstdint>
#include <optional>

#include "base/exec.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// Which source index the result's index i shows, for sides `source` and `target`:
//   centre: floor((2 i + 1) * source / (2 * target)), the source pixel that holds its centre
//   opencv: floor(i * (1 / (target / source))) in doubles, as cv2.INTER_NEAREST
enum class Nearest { centre, opencv };

// `sizes` holds height, width of the result for each mask, or once for all unless `each`.
Runs resize(const RunsView& masks, const std::int64_t* sizes, bool each, Nearest rule,
            const Exec& exec);

// The same of bits; nothing where they are not picked out of words: rows shown twice, results that
// are rather runs, processors without the instruction.
std::optional<PackedMasks> resize(const PackedView& masks, const std::int64_t* sizes, bool each,
                                  Nearest rule, const Exec& exec);

}  // namespace me::cpu
