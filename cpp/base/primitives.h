// What GPU kernels are joined by: sums over all earlier elements, and sorting. CUB on the device.
#pragma once
#include <cstdint>

#include "base/queue.h"

namespace me::cuda {

// sums[i] = values[0] + ... + values[i-1] for i in [0, n].
void running_sums(const Queue& queue, const std::uint32_t* values, std::int64_t n,
                  std::int64_t* sums);

// Sorts keys by their bits [0, end_bit); where the sorted keys lie is what comes back.
DeviceArray<std::uint64_t> sorted(const Queue& queue, DeviceArray<std::uint64_t> keys, int end_bit);

}  // namespace me::cuda
