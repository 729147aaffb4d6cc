// Running sums of counts. One kernel per CPU level.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// out[k] = counts[0] + ... + counts[k] modulo 2^32, for k in [0, n); `out` does not overlap.
// Returns whether each sum but the first is above the one before.
bool running_sums_scalar(const std::uint32_t* counts, std::int64_t n, std::uint32_t* out);
bool running_sums_avx2(const std::uint32_t* counts, std::int64_t n, std::uint32_t* out);

}  // namespace me::kernels
