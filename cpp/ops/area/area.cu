#include "ops/area/area.h"

#include "base/device.cuh"
#include "base/execution.cuh"
#include "ops/area/area_functor.h"

namespace me::cuda {

void area(const RunsView& masks, std::int64_t* areas, Stream stream) {
  const execution::Cuda policy{static_cast<cudaStream_t>(stream.handle)};
  execution::for_each_n(policy, masks.n, AreaElement{masks.counts, masks.offsets, areas});
}

void area_of_host(const RunsView& masks, std::int64_t* areas) {
  const cudaStream_t stream = nullptr;
  const std::int64_t counts_end = masks.n == 0 ? 0 : masks.offsets[masks.n];
  DeviceBuffer<std::uint32_t> counts(masks.counts, counts_end, stream);
  DeviceBuffer<std::int64_t> offsets(masks.offsets, masks.n + 1, stream);
  DeviceBuffer<std::int64_t> result(masks.n, stream);
  area({counts.data(), offsets.data(), nullptr, masks.n}, result.data(), Stream{stream});
  result.copy_to(areas);
}

}  // namespace me::cuda
