// Binary search among sorted positions, on the GPU and on the host.
#pragma once
#include <cstdint>

#include "base/host_device.h"

namespace me::cuda {

// The last k in [first, last] with sorted[k] <= wanted; sorted[first] is.
ME_HD inline std::int64_t last_at_most(const std::int64_t* sorted, std::int64_t first,
                                       std::int64_t last, std::int64_t wanted) {
  while (first < last) {
    const std::int64_t middle = first + (last - first + 1) / 2;
    if (sorted[middle] <= wanted) {
      first = middle;
    } else {
      last = middle - 1;
    }
  }
  return first;
}

}  // namespace me::cuda
