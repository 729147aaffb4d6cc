#include "base/primitives.h"

#include "base/execution.cuh"

#if defined(__CUDACC__)

#include <cub/device/device_radix_sort.cuh>
#include <cub/device/device_scan.cuh>
#include <cuda/std/functional>

namespace me::cuda {
namespace {

// Calls run(temporary, bytes) as CUB wants it: once to ask for the bytes, once to work.
template <class Run>
void with_temporary(const Queue& queue, const char* name, const Run& run) {
  std::size_t bytes = 0;
  check(run(static_cast<void*>(nullptr), bytes), name);
  const DeviceArray<unsigned char> temporary(queue, static_cast<std::int64_t>(bytes));
  check(run(static_cast<void*>(temporary.data()), bytes), name);
}

}  // namespace

void running_sums(const Queue& queue, const std::uint32_t* values, std::int64_t n,
                  std::int64_t* sums) {
  fill_bytes(queue, sums, 1, 0);
  if (n == 0) return;
  with_temporary(queue, "scan", [&](void* temporary, std::size_t& bytes) {
    return cub::DeviceScan::InclusiveScanInit(temporary, bytes, values, sums + 1,
                                              ::cuda::std::plus<>{}, std::int64_t{0}, n,
                                              stream_of(queue));
  });
}

DeviceArray<std::uint64_t> sorted(const Queue& queue, DeviceArray<std::uint64_t> keys,
                                  int end_bit) {
  if (keys.n == 0) return keys;
  DeviceArray<std::uint64_t> other(queue, keys.n);
  cub::DoubleBuffer<std::uint64_t> both(keys.data(), other.data());
  with_temporary(queue, "sort", [&](void* temporary, std::size_t& bytes) {
    return cub::DeviceRadixSort::SortKeys(temporary, bytes, both, keys.n, 0, end_bit,
                                          stream_of(queue));
  });
  return both.Current() == keys.data() ? keys : other;
}

}  // namespace me::cuda

#else

namespace me::cuda {

void running_sums(const Queue&, const std::uint32_t* values, std::int64_t n, std::int64_t* sums) {
  sums[0] = 0;
  for (std::int64_t i = 0; i < n; i++) sums[i + 1] = sums[i] + values[i];
}

DeviceArray<std::uint64_t> sorted(const Queue&, DeviceArray<std::uint64_t> keys, int end_bit) {
  const std::uint64_t mask = end_bit >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << end_bit) - 1;
  std::stable_sort(keys.data(), keys.data() + keys.n,
                   [=](std::uint64_t a, std::uint64_t b) { return (a & mask) < (b & mask); });
  return keys;
}

}  // namespace me::cuda

#endif
