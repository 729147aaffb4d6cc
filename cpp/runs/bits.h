// Choice of the bit kernels of the CPU level in force.
#pragma once
#include "base/dispatch.h"
#include "runs/bits_kernels.h"

namespace me {

inline const kernels::BitKernels& bit_kernels() {
  return *select(&kernels::bits_scalar, ME_X86(&kernels::bits_avx2), ME_X86(&kernels::bits_avx512),
                 ME_NEON(&kernels::bits_neon));
}

inline std::int64_t words_for(std::int64_t bits) { return (bits + 63) / 64; }

}  // namespace me
