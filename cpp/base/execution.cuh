// Where a GPU kernel's element functor runs: on the device, or on the host in a test.
//
// A kernel is a functor with `ME_HD void operator()(std::int64_t i) const`, run for each i in [0,
// n). The host policies compile without CUDA. They are test doubles, not a way to run fast:
//   Sequential  in order;
//   Shuffled    in a random order, which finds elements that rely on others having run;
//   Threads     concurrently, which lets the thread sanitizer find races that a GPU would show.
#pragma once
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

#include "base/host_device.h"
#if defined(__CUDACC__)
#include "base/device.cuh"
#endif

namespace me::execution {

struct Sequential {};

struct Shuffled {
  std::uint64_t seed = 0;
};

struct Threads {
  int n = 2;
};

template <class Functor>
void for_each_n(Sequential, std::int64_t n, const Functor& functor) {
  for (std::int64_t i = 0; i < n; i++) functor(i);
}

template <class Functor>
void for_each_n(Shuffled policy, std::int64_t n, const Functor& functor) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::shuffle(order.begin(), order.end(), std::mt19937_64(policy.seed));
  for (const std::int64_t i : order) functor(i);
}

// Thread t takes t, t + threads, t + 2 * threads, ...: neighbours run at the same time, as on a
// GPU.
template <class Functor>
void for_each_n(Threads policy, std::int64_t n, const Functor& functor) {
  std::vector<std::thread> threads;
  for (int t = 0; t < policy.n; t++) {
    threads.emplace_back([=, &functor] {
      for (std::int64_t i = t; i < n; i += policy.n) functor(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

#if defined(__CUDACC__)

// Asynchronous on the stream. Throws when the launch is refused.
struct Cuda {
  cudaStream_t stream = nullptr;
};

template <class Functor>
__global__ void each(std::int64_t n, Functor functor) {
  const std::int64_t step = std::int64_t{blockDim.x} * gridDim.x;
  for (std::int64_t i = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x; i < n; i += step) {
    functor(i);
  }
}

template <class Functor>
void for_each_n(Cuda policy, std::int64_t n, const Functor& functor) {
  constexpr int block = 256;
  constexpr std::int64_t most_blocks = 1 << 16;  // the loop in the kernel takes the rest
  if (n <= 0) return;
  const auto blocks = static_cast<unsigned>(std::min((n + block - 1) / block, most_blocks));
  each<<<blocks, block, 0, policy.stream>>>(n, functor);
  check(cudaGetLastError(), "launch");
}

#endif

}  // namespace me::execution
