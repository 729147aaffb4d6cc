// Bits of a word, on the GPU and on the host.
#pragma once
#include <cstdint>

#include "base/host_device.h"

namespace me::cuda {

ME_HD inline int bit_count(std::uint64_t word) {
#if defined(__CUDA_ARCH__)
  return __popcll(word);
#else
  return __builtin_popcountll(word);
#endif
}

// Index of the lowest set bit; the word is not zero.
ME_HD inline int lowest_bit(std::uint64_t word) {
#if defined(__CUDA_ARCH__)
  return __ffsll(static_cast<long long>(word)) - 1;
#else
  return __builtin_ctzll(word);
#endif
}

// Index of the highest set bit; the word is not zero.
ME_HD inline int highest_bit(std::uint64_t word) {
#if defined(__CUDA_ARCH__)
  return 63 - __clzll(static_cast<long long>(word));
#else
  return 63 - __builtin_clzll(word);
#endif
}

// The lowest n bits, n in [0, 64].
ME_HD inline std::uint64_t low_bits(std::int64_t n) {
  return n >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << n) - 1;
}

// Bit b: byte b is not zero.
ME_HD inline std::uint64_t nonzero_bytes(std::uint64_t bytes) {
  bytes |= bytes >> 4;
  bytes |= bytes >> 2;
  bytes |= bytes >> 1;
  return (bytes & 0x0101010101010101u) * 0x0102040810204080u >> 56;
}

}  // namespace me::cuda
