// The logic of the GPU kernels, run on the host: in order, shuffled, and on threads.
#include <atomic>

#include "base/execution.cuh"
#include "check.h"
#include "drawn.h"
#include "ops/area/area.h"
#include "ops/area/area_functor.h"

namespace execution = me::execution;

namespace {

// Calls test(policy) for every host policy.
template <class Test>
void on_all_policies(Test test) {
  test(execution::Sequential{});
  for (std::uint64_t seed = 0; seed < 4; seed++) test(execution::Shuffled{seed});
  for (const int n : {1, 2, 4}) test(execution::Threads{n});
}

}  // namespace

ME_TEST(policies_run_each_element_once) {
  on_all_policies([](auto policy) {
    for (const std::int64_t n : {0, 1, 5, 257}) {
      std::vector<std::atomic<int>> seen(static_cast<std::size_t>(n));
      execution::for_each_n(policy, n,
                            [&](std::int64_t i) { seen[static_cast<std::size_t>(i)]++; });
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
  execution::for_each_n(execution::Sequential{}, 100, prefix);
  CHECK_EQUAL(sums[99], 100);
  std::fill(sums.begin(), sums.end(), 0);
  execution::for_each_n(execution::Shuffled{1}, 100, prefix);
  CHECK(sums[99] != 100);
}

ME_TEST(area_kernel_equals_the_drawn_area) {
  me::Runs runs;
  drawn::add(runs, {0, 2, 1, 1, 1, 1}, {2, 3});
  drawn::add(runs, {6}, {2, 3});
  drawn::add(runs, {0, UINT32_MAX, 0, 2, 3}, {std::int64_t{UINT32_MAX} + 5, 1});
  on_all_policies([&](auto policy) {
    std::vector<std::int64_t> areas(3, -1);
    execution::for_each_n(policy, 3,
                          me::AreaElement{runs.counts.data(), runs.offsets.data(), areas.data()});
    CHECK(areas == (std::vector<std::int64_t>{4, 0, std::int64_t{UINT32_MAX} + 2}));
  });
}

ME_TEST(area_kernel_equals_the_cpu) {
  const me::Runs runs = drawn::noise(1000, 1);
  std::vector<std::int64_t> wanted(1000);
  me::cpu::area(runs.view(), wanted.data(), me::Exec{4});
  on_all_policies([&](auto policy) {
    std::vector<std::int64_t> areas(1000, -1);
    execution::for_each_n(policy, 1000,
                          me::AreaElement{runs.counts.data(), runs.offsets.data(), areas.data()});
    CHECK(areas == wanted);
  });
}
