#include <immintrin.h>

#include "ops/resize/pick_kernels.h"

namespace me::kernels {

void pick_bits_avx2(const std::uint64_t* words, const std::uint64_t* chosen, std::int64_t n,
                    std::uint64_t* out) {
  std::uint64_t word = 0;
  std::uint64_t filled = 0;  // bits of it
  for (std::int64_t k = 0; k < n; k++) {
    const std::uint64_t bits = _pext_u64(words[k], chosen[k]);
    word |= bits << filled;
    *out = word;
    const std::uint64_t beyond = bits >> 1 >> (63 - filled);
    filled += static_cast<std::uint64_t>(_mm_popcnt_u64(chosen[k]));
    const bool full = filled >= 64;
    word = full ? beyond : word;
    out += full ? 1 : 0;
    filled &= 63;
  }
  *out = word;
}

}  // namespace me::kernels
