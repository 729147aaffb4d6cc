#include <immintrin.h>

#include "ops/joint/joint_kernels.h"

namespace me::kernels {
namespace {

inline __m512i load(const char* p) { return _mm512_loadu_si512(p); }

// Values of B bytes from `here` on, and those before each: which differ. The first value of a row,
// First, has none before it that may be read, and does not differ.
template <int B, bool First>
inline std::uint64_t differ_vector(const char* here) {
  const __m512i now = load(here);
  if constexpr (B == 1) {
    if constexpr (!First) return _mm512_cmpneq_epi8_mask(now, load(here - 1));
    const __mmask64 rest = ~__mmask64{1};
    return _mm512_mask_cmpneq_epi8_mask(rest, now, _mm512_maskz_loadu_epi8(rest, here - 1));
  }
  if constexpr (B == 2) {
    if constexpr (!First) return _mm512_cmpneq_epi16_mask(now, load(here - 2));
    const __mmask32 rest = ~__mmask32{1};
    return _mm512_mask_cmpneq_epi16_mask(rest, now, _mm512_maskz_loadu_epi16(rest, here - 2));
  }
  if constexpr (B == 4) {
    if constexpr (!First) return _mm512_cmpneq_epi32_mask(now, load(here - 4));
    const __mmask16 rest = 0xFFFE;
    return _mm512_mask_cmpneq_epi32_mask(rest, now, _mm512_maskz_loadu_epi32(rest, here - 4));
  }
  if constexpr (!First) return _mm512_cmpneq_epi64_mask(now, load(here - 8));
  const __mmask8 rest = 0xFE;
  return _mm512_mask_cmpneq_epi64_mask(rest, now, _mm512_maskz_loadu_epi64(rest, here - 8));
}

template <int B, bool First>
inline std::uint64_t differ64(const char* here) {
  std::uint64_t word = differ_vector<B, First>(here);
  for (int k = 1; k < B; k++) {
    word |= differ_vector<B, false>(here + 64 * k) << (64 / B * k);
  }
  return word;
}

template <class T>
void add_changes(const void* values, std::int64_t n, std::uint64_t* words) {
  const T* in = static_cast<const T*>(values);
  std::int64_t i = 0;
  if (n >= 64) {
    words[0] |= differ64<sizeof(T), true>(reinterpret_cast<const char*>(in));
    for (i = 64; i + 64 <= n; i += 64) {
      words[i / 64] |= differ64<sizeof(T), false>(reinterpret_cast<const char*>(in + i));
    }
  }
  for (std::int64_t k = i == 0 ? 1 : i; k < n; k++) {
    words[k / 64] |= std::uint64_t{in[k] != in[k - 1]} << (k & 63);
  }
}

}  // namespace

const AddChanges add_changes_avx512[4] = {add_changes<std::uint8_t>, add_changes<std::uint16_t>,
                                          add_changes<std::uint32_t>, add_changes<std::uint64_t>};

}  // namespace me::kernels
