// Square roots of whole numbers as float32. One set per CPU level.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// out[k] = sqrt(values[k]), rounded once, for values in [0, 2^24) and k in [0, n).
void roots_scalar(const std::int32_t* values, std::int64_t n, float* out);
void roots_avx2(const std::int32_t* values, std::int64_t n, float* out);

}  // namespace me::kernels
