// Copies of counts that find empty runs on the way. One kernel per CPU level.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// Copies counts[0, n) to out, which does not overlap; the second one backwards. Both return whether
// no count was zero.
bool copy_scalar(const std::uint32_t* counts, std::int64_t n, std::uint32_t* out);
bool copy_avx2(const std::uint32_t* counts, std::int64_t n, std::uint32_t* out);
bool copy_backwards_scalar(const std::uint32_t* counts, std::int64_t n, std::uint32_t* out);
bool copy_backwards_avx2(const std::uint32_t* counts, std::int64_t n, std::uint32_t* out);

}  // namespace me::kernels
