// The execution policy of the GPU kernels, on the host: in order, shuffled, and on threads.
#include <atomic>

#include "base/atomics.h"
#include "base/execution.cuh"
#include "base/primitives.h"
#include "device.h"

namespace cuda = me::cuda;

ME_TEST(orders_run_each_element_once) {
  device::in_all_orders([](const cuda::Queue& queue) {
    for (const std::int64_t n : {0, 1, 5, 257}) {
      std::vector<std::atomic<int>> seen(static_cast<std::size_t>(n));
      cuda::for_each(queue, n, [&](std::int64_t i) { seen[static_cast<std::size_t>(i)]++; });
      for (const auto& times : seen) CHECK_EQUAL(times.load(), 1);
    }
  });
}

ME_TEST(shuffled_finds_reliance_on_order) {
  // Element i needs what element i - 1 wrote: right in order, wrong on a GPU.
  std::vector<int> sums(100, 0);
  const auto prefix = [&](std::int64_t i) {
    const auto k = static_cast<std::size_t>(i);
    sums[k] = 1 + (k == 0 ? 0 : sums[k - 1]);
  };
  cuda::for_each(cuda::Queue{}, 100, prefix);
  CHECK_EQUAL(sums[99], 100);
  std::fill(sums.begin(), sums.end(), 0);
  cuda::for_each(cuda::Queue{nullptr, nullptr, cuda::Order::shuffled, 1}, 100, prefix);
  CHECK(sums[99] != 100);
}

ME_TEST(atomics_meet_without_loss) {
  device::in_all_orders([](const cuda::Queue& queue) {
    std::int64_t sum = 0, least = 1000, most = -1;
    std::uint64_t bits = 0;
    cuda::for_each(queue, 300, [&](std::int64_t i) {
      cuda::atomic_add(&sum, i);
      cuda::atomic_min(&least, i + 7);
      cuda::atomic_max(&most, i);
      cuda::atomic_or(&bits, std::uint64_t{1} << i % 60);
    });
    CHECK_EQUAL(sum, 300 * 299 / 2);
    CHECK_EQUAL(least, 7);
    CHECK_EQUAL(most, 299);
    CHECK_EQUAL(bits, (std::uint64_t{1} << 60) - 1);
  });
}

ME_TEST(running_sums_pass_32_bits) {
  device::in_all_orders([](const cuda::Queue& queue) {
    const std::vector<std::uint32_t> values{UINT32_MAX, 0, UINT32_MAX, 5};
    std::vector<std::int64_t> sums(5);
    cuda::running_sums(queue, values.data(), 4, sums.data());
    const std::int64_t most = UINT32_MAX;
    CHECK(sums == (std::vector<std::int64_t>{0, most, most, 2 * most, 2 * most + 5}));
  });
}
