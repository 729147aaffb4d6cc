// The engines that must agree: every CPU level, and the GPU kernels run on the host.
#pragma once
#include <string>

#include "../cpp/device.h"
#include "base/exec.h"
#include "expect.h"
#include "input.h"
#include "levels.h"

namespace fuzz {

inline constexpr me::Exec one_thread{1};

// A queue of the host that runs elements in order, or shuffled by a byte of the input.
inline me::cuda::Queue queue_of(Input& input) {
  static device::HeapAllocator memory;
  const std::uint8_t seed = input.byte();
  const auto order = seed % 2 == 0 ? me::cuda::Order::sequential : me::cuda::Order::shuffled;
  return {&memory, nullptr, order, seed};
}

inline bool same(const me::cuda::DeviceRuns& ours, const me::Runs& wanted) {
  return std::equal(ours.counts.data(), ours.counts.data() + ours.counts.n, wanted.counts.begin(),
                    wanted.counts.end()) &&
         std::equal(ours.offsets.data(), ours.offsets.data() + ours.offsets.n,
                    wanted.offsets.begin(), wanted.offsets.end());
}

}  // namespace fuzz
