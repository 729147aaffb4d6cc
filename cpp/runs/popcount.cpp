#include "runs/popcount_kernels.h"

namespace me::kernels {
namespace {

// Sums of neighbouring bits, pairs and nibbles, then of all bytes by one product.
inline std::uint64_t bits_in(std::uint64_t x) {
  x -= (x >> 1) & 0x5555555555555555;
  x = (x & 0x3333333333333333) + ((x >> 2) & 0x3333333333333333);
  x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0F;
  return (x * 0x0101010101010101) >> 56;
}

}  // namespace

std::int64_t shared_bits_scalar(const std::uint64_t* a, std::int64_t a_stride,
                                const std::uint64_t* b, std::int64_t b_stride, std::int64_t n,
                                std::int64_t rows) {
  std::uint64_t sum = 0;
  for (std::int64_t row = 0; row < rows; row++, a += a_stride, b += b_stride) {
    for (std::int64_t k = 0; k < n; k++) sum += bits_in(a[k] & b[k]);
  }
  return static_cast<std::int64_t>(sum);
}

}  // namespace me::kernels
