// decode_labels: runs of labels -> label maps, column by column. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "runs/runs.h"

namespace me::cpu {

// Writes the maps one after another to `out`, `bytes` (1, 2, 4 or 8) a pixel, as `labels` has them:
// one for each count, from the first map on.
void decode_labels(const RunsView& maps, const char* labels, std::int64_t bytes, char* out,
                   const Exec& exec);

}  // namespace me::cpu
