// A device for tests of the GPU kernels on the host: memory from the heap, elements in every order.
#pragma once
#include <cstring>
#include <vector>

#include "base/queue.h"
#include "check.h"
#include "runs/device_runs.h"

namespace device {

// Filled, as memory from a pool holds what was there before.
class HeapAllocator : public me::cuda::Allocator {
 public:
  me::cuda::Memory allocate(std::int64_t bytes) override {
    auto block = std::make_shared<std::vector<unsigned char>>(static_cast<std::size_t>(bytes),
                                                              static_cast<unsigned char>(0xA5));
    void* const data = block->data();
    return {data, block};
  }
};

// Calls test(queue) for every order of elements.
template <class Test>
void in_all_orders(Test test) {
  HeapAllocator allocator;
  test(me::cuda::Queue{&allocator, nullptr, me::cuda::Order::sequential, 0});
  for (std::uint64_t seed = 0; seed < 3; seed++) {
    test(me::cuda::Queue{&allocator, nullptr, me::cuda::Order::shuffled, seed});
  }
  test(me::cuda::Queue{&allocator, nullptr, me::cuda::Order::threads, 0});
}

inline me::cuda::DeviceRunsView view_of(const me::Runs& runs) {
  return {runs.counts.data(), runs.counts.size(), runs.offsets.data(), runs.n()};
}

inline void check_equal(const me::cuda::DeviceRuns& ours, const me::Runs& wanted) {
  CHECK_EQUAL(ours.counts.n, wanted.counts.size());
  CHECK_EQUAL(ours.offsets.n, wanted.offsets.size());
  for (std::int64_t k = 0; k < ours.counts.n; k++) {
    CHECK_EQUAL(ours.counts.data()[k], wanted.counts[k]);
  }
  for (std::int64_t m = 0; m < ours.offsets.n; m++) {
    CHECK_EQUAL(ours.offsets.data()[m], wanted.offsets[m]);
  }
}

}  // namespace device
