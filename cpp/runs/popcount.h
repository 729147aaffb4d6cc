// Choice of the kernel that counts set bits two rectangles of words share.
#pragma once
#include "base/dispatch.h"
#include "runs/popcount_kernels.h"

namespace me {

inline kernels::SharedBits shared_bits() {
  return select(&kernels::shared_bits_scalar, ME_X86(&kernels::shared_bits_avx2),
                ME_X86(&kernels::shared_bits_avx512));
}

}  // namespace me
