// Queue: the stream and the memory of one GPU call. No CUDA headers, so that bindings read it.
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>

#include "base/checked.h"

namespace me::cuda {

// Bytes on the device; the last owner frees them, in the order of the stream.
struct Memory {
  void* data = nullptr;
  std::shared_ptr<void> owner;
};

// Where memory comes from: CuPy's pool. Throws when there is none left.
class Allocator {
 public:
  virtual ~Allocator() = default;
  virtual Memory allocate(std::int64_t bytes) = 0;
};

// How elements run when the kernels are compiled for the host, as tests do.
enum class Order { sequential, shuffled, threads };

struct Queue {
  Allocator* allocator = nullptr;
  void* stream = nullptr;  // a cudaStream_t
  Order order = Order::sequential;
  std::uint64_t seed = 0;  // of the shuffled order
};

// `n` values on the device, unset.
template <class T>
struct DeviceArray {
  Memory memory;
  std::int64_t n = 0;

  DeviceArray() = default;
  DeviceArray(const Queue& queue, std::int64_t count)
      : memory(queue.allocator->allocate(
            std::max<std::int64_t>(checked_mul(count, std::int64_t{sizeof(T)}, "memory"), 1))),
        n(count) {}
  T* data() const { return static_cast<T*>(memory.data); }
};

}  // namespace me::cuda
