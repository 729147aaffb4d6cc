// The execution policy of the GPU kernels: elements on the device, or on the host in a test.
//
// A kernel phase is a functor with `ME_HD void operator()(std::int64_t i) const`, run for each i in
// [0, n) in any order; elements meet only in the atomics below. nvcc compiles an <op>.cu for the
// GPU. A C++ compiler compiles the same file for the host, where the order of a queue chooses:
//   sequential  in order;
//   shuffled    in a random order, which finds elements that rely on others having run;
//   threads     concurrently, which lets the thread sanitizer find races that a GPU would show.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/host_device.h"
#include "base/queue.h"

#if defined(__CUDACC__)

#include "base/device.cuh"

namespace me::cuda {

inline cudaStream_t stream_of(const Queue& queue) {
  return static_cast<cudaStream_t>(queue.stream);
}

template <class Functor>
__global__ void __launch_bounds__(256) each(std::int64_t n, Functor functor) {
  const std::int64_t step = std::int64_t{blockDim.x} * gridDim.x;
  for (std::int64_t i = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x; i < n; i += step) {
    functor(i);
  }
}

// Asynchronous on the stream. Throws when the launch is refused.
template <class Functor>
void for_each(const Queue& queue, std::int64_t n, const Functor& functor) {
  constexpr int block = 256;
  constexpr std::int64_t most_blocks = 1 << 18;  // the loop in the kernel takes the rest
  if (n <= 0) return;
  const auto blocks = static_cast<unsigned>(std::min((n + block - 1) / block, most_blocks));
  each<<<blocks, block, 0, stream_of(queue)>>>(n, functor);
  check(cudaGetLastError(), "launch");
}

// Every byte of `n` values becomes `byte`.
template <class T>
void fill_bytes(const Queue& queue, T* values, std::int64_t n, unsigned char byte) {
  if (n <= 0) return;
  const auto bytes = static_cast<std::size_t>(n) * sizeof(T);
  check(cudaMemsetAsync(values, byte, bytes, stream_of(queue)), "cudaMemsetAsync");
}

template <class T>
void copy_values(const Queue& queue, const T* from, std::int64_t n, T* to) {
  if (n <= 0) return;
  const auto bytes = static_cast<std::size_t>(n) * sizeof(T);
  check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream_of(queue)), "copy");
}

// Values of the host that go with a launch.
template <class T>
struct WriteFew {
  static constexpr std::int64_t most = 3072 / sizeof(T);  // a launch takes 4 kB

  T values[most];
  T* to;
  __device__ void operator()(std::int64_t i) const { to[i] = values[i]; }
};

// Copies from the host, from memory that may change when this returns. Few values go as arguments
// of launches, which a CUDA graph keeps; a copy that it captured would read the memory of the host
// again, long after it is gone. More of them are waited for: CUDA may read pageable memory at any
// time before the copy is done, and a stream that is captured refuses to be waited for.
template <class T>
void write(const Queue& queue, const T* from, std::int64_t n, T* to) {
  constexpr std::int64_t few = 16 * WriteFew<T>::most;
  for (std::int64_t i = 0; i < n && n <= few; i += WriteFew<T>::most) {
    WriteFew<T> some{};
    const std::int64_t count = std::min(n - i, WriteFew<T>::most);
    std::copy(from + i, from + i + count, some.values);
    some.to = to + i;
    for_each(queue, count, some);
  }
  if (n <= few) return;
  const auto bytes = static_cast<std::size_t>(n) * sizeof(T);
  check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream_of(queue)), "copy in");
  check(cudaStreamSynchronize(stream_of(queue)), "cudaStreamSynchronize");
}

// One value of device memory. Waits for the stream: the few calls that need it say so.
template <class T>
T read(const Queue& queue, const T* where) {
  T value{};
  check(cudaMemcpyAsync(&value, where, sizeof(T), cudaMemcpyDeviceToHost, stream_of(queue)),
        "copy out");
  check(cudaStreamSynchronize(stream_of(queue)), "cudaStreamSynchronize");
  return value;
}

}  // namespace me::cuda

#else

#include <numeric>
#include <random>
#include <thread>
#include <vector>

namespace me::cuda {

// Thread t takes t, t + threads, ...: neighbours run at the same time, as on a GPU.
template <class Functor>
void for_each_on_threads(std::int64_t n, const Functor& functor) {
  constexpr std::int64_t count = 3;
  std::vector<std::thread> threads;
  for (std::int64_t t = 0; t < std::min(count, n); t++) {
    threads.emplace_back([=, &functor] {
      for (std::int64_t i = t; i < n; i += count) functor(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

template <class Functor>
void for_each(const Queue& queue, std::int64_t n, const Functor& functor) {
  if (queue.order == Order::threads) return for_each_on_threads(n, functor);
  if (queue.order == Order::sequential) {
    for (std::int64_t i = 0; i < n; i++) functor(i);
    return;
  }
  std::vector<std::int64_t> order(static_cast<std::size_t>(std::max<std::int64_t>(n, 0)));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::shuffle(order.begin(), order.end(), std::mt19937_64(queue.seed));
  for (const std::int64_t i : order) functor(i);
}

template <class T>
void fill_bytes(const Queue&, T* values, std::int64_t n, unsigned char byte) {
  if (n > 0) std::memset(static_cast<void*>(values), byte, static_cast<std::size_t>(n) * sizeof(T));
}

template <class T>
void copy_values(const Queue&, const T* from, std::int64_t n, T* to) {
  if (n > 0) std::memcpy(to, from, static_cast<std::size_t>(n) * sizeof(T));
}

template <class T>
void write(const Queue& queue, const T* from, std::int64_t n, T* to) {
  copy_values(queue, from, n, to);
}

template <class T>
T read(const Queue&, const T* where) {
  return *where;
}

}  // namespace me::cuda

#endif
