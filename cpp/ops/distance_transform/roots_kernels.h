// Square roots of whole numbers as float32. One set per CPU level.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// out[k] = sqrt(values[k]) as a float, for k in [0, n): small_ for values in [0, 2^24), which are
// floats themselves, large_ for any that are not negative, by way of doubles.
void small_roots_scalar(const std::int32_t* values, std::int64_t n, float* out);
void small_roots_avx2(const std::int32_t* values, std::int64_t n, float* out);
void large_roots_scalar(const std::int32_t* values, std::int64_t n, float* out);
void large_roots_avx2(const std::int32_t* values, std::int64_t n, float* out);

}  // namespace me::kernels
