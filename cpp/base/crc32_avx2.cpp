#include <immintrin.h>

#include "base/crc32_kernels.h"
#if defined(_MSC_VER)
#define ME_CARRYLESS
#else
#define ME_CARRYLESS __attribute__((target("pclmul")))
#endif

namespace me::kernels {
namespace {

// 16 bytes, as a polynomial, times x^distance: its halves by x^(distance + 64) and x^distance
// modulo that of the CRC, bits in reverse order. V. Gopal et al., "Fast CRC Computation for Generic
// Polynomials Using PCLMULQDQ Instruction", Intel, 2009.
ME_CARRYLESS inline __m128i carried(__m128i bytes, __m128i powers) {
  return _mm_xor_si128(_mm_clmulepi64_si128(bytes, powers, 0x00),
                       _mm_clmulepi64_si128(bytes, powers, 0x11));
}

}  // namespace

ME_CARRYLESS void fold_crc_avx2(const std::uint8_t* bytes, std::int64_t n, std::uint32_t rest,
                                std::uint8_t* folded) {
  const auto at = [&](std::int64_t i) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
  };
  const __m128i by_64 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);  // bytes
  const __m128i by_16 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
  __m128i a = _mm_xor_si128(at(0), _mm_cvtsi32_si128(static_cast<int>(rest)));
  __m128i b = at(16);
  __m128i c = at(32);
  __m128i d = at(48);
  for (std::int64_t i = 64; i < n; i += 64) {
    a = _mm_xor_si128(carried(a, by_64), at(i));
    b = _mm_xor_si128(carried(b, by_64), at(i + 16));
    c = _mm_xor_si128(carried(c, by_64), at(i + 32));
    d = _mm_xor_si128(carried(d, by_64), at(i + 48));
  }
  b = _mm_xor_si128(carried(a, by_16), b);
  c = _mm_xor_si128(carried(b, by_16), c);
  d = _mm_xor_si128(carried(c, by_16), d);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(folded), d);
}

}  // namespace me::kernels
