// Choice of the bit kernels of the CPU level in force.
#pragma once
#include "base/dispatch.h"
#include "runs/bits_kernels.h"

namespace me {

inline const kernels::BitKernels& bit_kernels() {
  return *select(&kernels::bits_scalar, ME_X86(&kernels::bits_avx2), ME_X86(&kernels::bits_avx512),
                 ME_NEON(&kernels::bits_neon));
}

// The kernel that widens bits to values of 1, 2, 4 or 8 bytes.
using Unpack = void (*)(const std::uint64_t* words, std::int64_t n, std::uint64_t value, void* out);

inline Unpack unpack_of(std::int64_t bytes) {
  const kernels::BitKernels& kernel = bit_kernels();
  return bytes == 1   ? kernel.unpack1
         : bytes == 2 ? kernel.unpack2
         : bytes == 4 ? kernel.unpack4
                      : kernel.unpack8;
}

inline std::int64_t words_for(std::int64_t bits) { return (bits + 63) / 64; }

// Bits [from, from + 64) of `words`; one word more than these fill is read.
inline std::uint64_t word_at(const std::uint64_t* words, std::int64_t from) {
  const std::uint64_t* const next = words + (from >> 6);
  const std::int64_t shift = from & 63;
  return next[0] >> shift | next[1] << 1 << (63 - shift);
}

// Clears the bits behind the first n in the last of their words.
inline void clear_tail(std::uint64_t* words, std::int64_t n) {
  if (n > 0) words[words_for(n) - 1] &= kernels::tail_mask(n);
}

}  // namespace me
