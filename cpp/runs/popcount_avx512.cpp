#include <immintrin.h>

#include "runs/popcount_kernels.h"

namespace me::kernels {
namespace {

// Bits per nibble by table look-up, summed over bytes per word: AVX-512 BW has no popcount.
inline __m512i bits_in(__m512i words) {
  const __m512i table = _mm512_set4_epi32(0x04030302, 0x03020201, 0x03020201, 0x02010100);
  const __m512i low = _mm512_set1_epi8(15);
  const __m512i nibbles = _mm512_add_epi8(
      _mm512_shuffle_epi8(table, _mm512_and_si512(words, low)),
      _mm512_shuffle_epi8(table, _mm512_and_si512(_mm512_srli_epi16(words, 4), low)));
  return _mm512_sad_epu8(nibbles, _mm512_setzero_si512());
}

}  // namespace

std::int64_t shared_bits_avx512(const std::uint64_t* a, std::int64_t a_stride,
                                const std::uint64_t* b, std::int64_t b_stride, std::int64_t n,
                                std::int64_t rows) {
  __m512i sums = _mm512_setzero_si512();
  for (std::int64_t row = 0; row < rows; row++, a += a_stride, b += b_stride) {
    std::int64_t k = 0;
    for (; k + 8 <= n; k += 8) {
      const __m512i shared = _mm512_and_si512(_mm512_loadu_si512(a + k), _mm512_loadu_si512(b + k));
      sums = _mm512_add_epi64(sums, bits_in(shared));
    }
    if (k < n) {
      const auto live = static_cast<__mmask8>((1u << (n - k)) - 1);
      const __m512i shared = _mm512_and_si512(_mm512_maskz_loadu_epi64(live, a + k),
                                              _mm512_maskz_loadu_epi64(live, b + k));
      sums = _mm512_add_epi64(sums, bits_in(shared));
    }
  }
  std::int64_t lanes[8];
  _mm512_storeu_si512(lanes, sums);
  return lanes[0] + lanes[1] + lanes[2] + lanes[3] + lanes[4] + lanes[5] + lanes[6] + lanes[7];
}

}  // namespace me::kernels
