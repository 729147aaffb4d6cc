// One element of area, the same on the CPU, on the GPU, and in the tests of the GPU's logic.
#pragma once
#include <cstdint>

#include "base/host_device.h"
#include "runs/runs.h"

namespace me {

// Element i writes areas[i]. Reads pointers only: on the device they are device pointers.
struct AreaElement {
  const std::uint32_t* counts;
  const std::int64_t* offsets;
  std::int64_t* areas;

  ME_HD void operator()(std::int64_t i) const {
    std::int64_t sum = 0;
    for (std::int64_t k = offsets[i] + 1; k < offsets[i + 1]; k += 2) sum += counts[k];
    areas[i] = sum;
  }
};

}  // namespace me
