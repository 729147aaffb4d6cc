// distance_transform: how far each foreground pixel is from the background. Runs on the CPU.
#pragma once
#include "base/exec.h"
#include "base/view.h"

namespace me::cpu {

enum class DistanceMetric { euclidean, chebyshev, cityblock };

struct DistanceRule {
  DistanceMetric metric = DistanceMetric::euclidean;
  double y = 1, x = 1;     // from one pixel centre to the next; equal unless euclidean
  bool is_signed = false;  // background is as far below zero as it is from foreground
};

// Writes the distance of the centre of each pixel from that of the nearest background pixel, 0 at
// background, infinity where there is none. `out` holds float32 or float64, has the shape of
// `masks` and shares no memory with it.
void distance_transform(const MaskView& masks, const MutableMaskView& out, const DistanceRule& rule,
                        const Exec& exec);

}  // namespace me::cpu
