// Copies of counts that find empty runs on the way, at the level in force.
#pragma once
#include "base/dispatch.h"
#include "runs/copy_kernels.h"

namespace me {

// Copies counts[0, n) to out, which does not overlap; false when one of them is zero.
inline bool copy_nonzero(const std::uint32_t* counts, std::int64_t n, std::uint32_t* out) {
  return select(&kernels::copy_scalar, ME_X86(&kernels::copy_avx2), nullptr)(counts, n, out);
}

// The same backwards: the last count comes first.
inline bool copy_nonzero_backwards(const std::uint32_t* counts, std::int64_t n,
                                   std::uint32_t* out) {
  return select(&kernels::copy_backwards_scalar, ME_X86(&kernels::copy_backwards_avx2), nullptr)(
      counts, n, out);
}

}  // namespace me
