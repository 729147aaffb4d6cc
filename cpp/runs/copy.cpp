#include "runs/copy_kernels.h"

namespace me::kernels {

bool copy_scalar(const std::uint32_t* counts, std::int64_t n, std::uint32_t* out) {
  std::uint32_t zeros = 0;
  for (std::int64_t k = 0; k < n; k++) {
    const std::uint32_t count = counts[k];
    zeros |= count == 0 ? 1u : 0u;
    out[k] = count;
  }
  return zeros == 0;
}

bool copy_backwards_scalar(const std::uint32_t* counts, std::int64_t n, std::uint32_t* out) {
  std::uint32_t zeros = 0;
  for (std::int64_t k = 0; k < n; k++) {
    const std::uint32_t count = counts[n - 1 - k];
    zeros |= count == 0 ? 1u : 0u;
    out[k] = count;
  }
  return zeros == 0;
}

}  // namespace me::kernels
