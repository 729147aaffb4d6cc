#include "runs/sums_kernels.h"

namespace me::kernels {

bool running_sums_scalar(const std::uint32_t* counts, std::int64_t n, std::uint32_t* out) {
  if (n == 0) return true;
  std::uint32_t before = counts[0];
  bool rising = true;
  out[0] = before;
  for (std::int64_t k = 1; k < n; k++) {
    const std::uint32_t sum = before + counts[k];
    rising &= sum > before;
    out[k] = sum;
    before = sum;
  }
  return rising;
}

}  // namespace me::kernels
