// contains: whether points lie on the foreground of masks. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// points: (x, y) of k points. out[i * k + p] says whether point p lies in a foreground pixel of
// mask i; pixel (x, y) is [x, x + 1) x [y, y + 1), points outside the image are in none. Throws
// when a coordinate is NaN.
void contains(const RunsView& masks, const double* points, std::int64_t k, bool* out,
              const Exec& exec);
void contains(const PackedView& masks, const double* points, std::int64_t k, bool* out,
              const Exec& exec);

}  // namespace me::cpu
