// boundary: the pixels within a distance of the outline, of masks or of all labels of a map at
// once. Runs on the CPU and on CUDA.
#pragma once
#include <optional>

#include "base/exec.h"
#include "base/queue.h"
#include "base/view.h"
#include "runs/device_runs.h"
#include "runs/label_bands.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// Inner: foreground that erosion removes. Outer: background that dilation adds. `rule.from_edge`
// says whether erosion comes from the edge of the image, too.
Runs boundary(const RunsView& masks, const BandRule& rule, const Exec& exec);
// The same of bits; nothing where runs are the better way.
std::optional<PackedMasks> boundary(const PackedView& masks, const BandRule& rule,
                                    const Exec& exec);

// Writes 1 or 0 to every pixel of `out`, which has the shape of `masks` and shares no memory.
void boundary(const MaskView& masks, const MutableMaskView& out, const BandRule& rule,
              const Exec& exec);

// The same for the labels of one map of the size of `out`.
void boundary(const LabelRows& labels, const MutableMaskView& out, const BandRule& rule,
              const Exec& exec);

}  // namespace me::cpu

namespace me::cuda {

// The same for arrays in device memory; `valued`: of all labels of each map, else of what is not
// zero. `out` may not share memory with `masks`. Never waits.
void boundary(const Queue& queue, const MaskView& masks, bool valued, const MutableMaskView& out,
              const BandRule& rule);

// Of masks whose `sizes` are in memory of the host. Waits once, for the number of runs.
DeviceRuns boundary(const Queue& queue, const DeviceRunsView& masks, const std::int64_t* sizes,
                    const BandRule& rule);

}  // namespace me::cuda
