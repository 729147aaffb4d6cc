#include <immintrin.h>

#include "runs/strand_kernels.h"

namespace me::kernels {
namespace {

// The first n bounds, at most sixteen.
inline __mmask16 lanes_of(std::int64_t n) {
  return n >= 16 ? __mmask16{0xFFFF} : static_cast<__mmask16>((1u << n) - 1);
}

bool alike(const std::uint32_t* before, const std::uint32_t* here, std::int64_t n,
           std::uint32_t reach) {
  const __m512i apart =
      reach != 0 ? _mm512_set1_epi64(std::int64_t{1} << 32) : _mm512_set1_epi64(1);
  for (std::int64_t i = 0; i < 2 * n - 1; i += 16) {
    const __mmask16 lanes = lanes_of(2 * n - 1 - i);
    const __m512i a = _mm512_maskz_loadu_epi32(lanes, before + i);
    const __m512i b = _mm512_maskz_loadu_epi32(lanes, here + i);
    const __m512i a_next = _mm512_maskz_loadu_epi32(lanes, before + i + 1);
    const __m512i b_next = _mm512_maskz_loadu_epi32(lanes, here + i + 1);
    const __mmask16 past_a =
        _mm512_mask_cmpgt_epu32_mask(lanes, _mm512_add_epi32(b, apart), a_next);
    const __mmask16 past_b =
        _mm512_mask_cmpgt_epu32_mask(lanes, _mm512_add_epi32(a, apart), b_next);
    if ((past_a | past_b) != 0) return false;
  }
  return true;
}

void add(const std::uint32_t* before, const std::uint32_t* here, std::int64_t n,
         std::uint32_t number, std::uint32_t beyond, std::uint64_t* sums) {
  const __m512i low = _mm512_set1_epi64(0xFFFFFFFF);
  const __m512i line = _mm512_set1_epi64(number);
  const __m512i times = _mm512_set1_epi64(2 * std::int64_t{beyond} + 1);
  for (std::int64_t k = 0; k < n; k += 8) {
    const auto lanes = static_cast<__mmask8>(lanes_of(n - k < 8 ? n - k : 8));
    const __m512i a = _mm512_maskz_loadu_epi64(lanes, before + 2 * k);
    const __m512i b = _mm512_maskz_loadu_epi64(lanes, here + 2 * k);
    const __m512i from = _mm512_and_si512(b, low);
    const __m512i to = _mm512_srli_epi64(b, 32);
    const __m512i length = _mm512_sub_epi64(to, from);
    const __m512i shared_to = _mm512_srli_epi64(_mm512_min_epu32(a, b), 32);
    const __m512i shared_from = _mm512_and_si512(_mm512_max_epu32(a, b), low);
    std::uint64_t* const at = sums + k / strand_block * strand_sums;
    const auto accumulate = [at](StrandSum which, __m512i value) {
      std::uint64_t* const to_sum = at + which * strand_block;
      _mm512_storeu_si512(to_sum, _mm512_add_epi64(_mm512_loadu_si512(to_sum), value));
    };
    accumulate(strand_area, length);
    accumulate(strand_along, _mm512_mul_epu32(length, _mm512_add_epi64(from, to)));
    accumulate(strand_across, _mm512_mul_epu32(length, times));
    accumulate(strand_shared, _mm512_sub_epi64(shared_to, shared_from));
    std::uint64_t* const lowest = at + strand_lowest * strand_block;
    const __m512i key = _mm512_or_si512(_mm512_slli_epi64(b, 32), line);
    _mm512_storeu_si512(lowest, _mm512_min_epu64(_mm512_loadu_si512(lowest), key));
    std::uint64_t* const end = at + strand_end * strand_block;
    _mm512_storeu_si512(end, _mm512_max_epu64(_mm512_loadu_si512(end), to));
  }
}

}  // namespace

const StrandKernels strands_avx512 = {alike, add};

}  // namespace me::kernels
