#include <immintrin.h>

#include "base/lane_mask_kernels.h"
#include "ops/joint/joint_kernels.h"

namespace me::kernels {
namespace {

inline __m512i load(const char* p) { return _mm512_loadu_si512(p); }

// Values of B bytes, and the vector of those before them: which differ from the one before. Narrow
// values are read again one place earlier, wide ones moved by a place: half the loads.
template <int B>
inline std::uint64_t differ_vector(const char* here, __m512i& before) {
  const __m512i now = load(here);
  if constexpr (B == 1) return _mm512_cmpneq_epi8_mask(now, load(here - 1));
  if constexpr (B == 2) return word_of(_mm512_cmpneq_epi16_mask(now, load(here - 2)));
  const __m512i last = before;
  before = now;
  if constexpr (B == 4) return _mm512_cmpneq_epi32_mask(now, _mm512_alignr_epi32(now, last, 15));
  return _mm512_cmpneq_epi64_mask(now, _mm512_alignr_epi64(now, last, 7));
}

// The first 64 of them: the first has none before it that may be read.
template <int B>
inline std::uint64_t first_word(const char* here) {
  if constexpr (B == 1) {
    const __mmask64 rest = ~__mmask64{1};
    const __m512i before = _mm512_maskz_loadu_epi8(rest, here - 1);
    return _mm512_mask_cmpneq_epi8_mask(rest, load(here), before);
  }
  const __mmask32 rest = ~__mmask32{1};
  const __m512i before = _mm512_maskz_loadu_epi16(rest, here - 2);
  const std::uint64_t low = word_of(_mm512_mask_cmpneq_epi16_mask(rest, load(here), before));
  const std::uint64_t high = word_of(_mm512_cmpneq_epi16_mask(load(here + 64), load(here + 62)));
  return low | high << 32;
}

template <class T>
void add_changes(const void* values, std::int64_t n, std::uint64_t* words) {
  constexpr int B = sizeof(T);
  const T* in = static_cast<const T*>(values);
  const char* at = static_cast<const char*>(values);
  std::int64_t i = 1;
  std::int64_t w = 0;
  if constexpr (B <= 2) {
    if (n >= 64) {
      words[w++] |= first_word<B>(at);
      i = 64;
    }
  }
  __m512i before = _mm512_setzero_si512();
  for (; 64 * (w + 1) <= n; w++) {
    std::uint64_t word = 0;
    for (int k = 0; k < B; k++) {
      word |= differ_vector<B>(at + 64 * (B * w + k), before) << (64 / B * k);
    }
    words[w] |= word;
    i = 64 * (w + 1);
  }
  for (; i < n; i++) words[i / 64] |= std::uint64_t{in[i] != in[i - 1]} << (i & 63);
}

}  // namespace

const AddChanges add_changes_avx512[4] = {add_changes<std::uint8_t>, add_changes<std::uint16_t>,
                                          add_changes<std::uint32_t>, add_changes<std::uint64_t>};

}  // namespace me::kernels
