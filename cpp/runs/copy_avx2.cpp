#include <immintrin.h>

#include "runs/copy_kernels.h"

namespace me::kernels {
namespace {

inline __m256i load(const std::uint32_t* p) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}

inline void store(std::uint32_t* p, __m256i v) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), v);
}

inline bool has_zero(__m256i v) {
  return _mm256_movemask_epi8(_mm256_cmpeq_epi32(v, _mm256_setzero_si256())) != 0;
}

}  // namespace

bool copy_avx2(const std::uint32_t* counts, std::int64_t n, std::uint32_t* out) {
  __m256i low = _mm256_set1_epi32(-1);  // least counts, unsigned
  bool zero = false;
  // Stores that cross cache lines take twice as long.
  const auto aside = static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(out) / 4 % 8);
  std::int64_t k = 0;
  for (const std::int64_t first = n < 64 ? 0 : (8 - aside) % 8; k < first; k++) {
    zero |= counts[k] == 0;
    out[k] = counts[k];
  }
  for (; k + 32 <= n; k += 32) {
    const __m256i a = load(counts + k);
    const __m256i b = load(counts + k + 8);
    const __m256i c = load(counts + k + 16);
    const __m256i d = load(counts + k + 24);
    low = _mm256_min_epu32(low, _mm256_min_epu32(_mm256_min_epu32(a, b), _mm256_min_epu32(c, d)));
    store(out + k, a);
    store(out + k + 8, b);
    store(out + k + 16, c);
    store(out + k + 24, d);
  }
  zero |= has_zero(low);
  for (; k < n; k++) {
    const std::uint32_t count = counts[k];
    zero |= count == 0;
    out[k] = count;
  }
  return !zero;
}

bool copy_backwards_avx2(const std::uint32_t* counts, std::int64_t n, std::uint32_t* out) {
  const __m256i order = _mm256_setr_epi32(7, 6, 5, 4, 3, 2, 1, 0);
  const std::uint32_t* const end = counts + n;
  __m256i low = _mm256_set1_epi32(-1);
  std::int64_t k = 0;
  for (; k + 32 <= n; k += 32) {
    const __m256i a = load(end - k - 8);
    const __m256i b = load(end - k - 16);
    const __m256i c = load(end - k - 24);
    const __m256i d = load(end - k - 32);
    low = _mm256_min_epu32(low, _mm256_min_epu32(_mm256_min_epu32(a, b), _mm256_min_epu32(c, d)));
    store(out + k, _mm256_permutevar8x32_epi32(a, order));
    store(out + k + 8, _mm256_permutevar8x32_epi32(b, order));
    store(out + k + 16, _mm256_permutevar8x32_epi32(c, order));
    store(out + k + 24, _mm256_permutevar8x32_epi32(d, order));
  }
  bool zero = has_zero(low);
  for (; k < n; k++) {
    const std::uint32_t count = end[-1 - k];
    zero |= count == 0;
    out[k] = count;
  }
  return !zero;
}

}  // namespace me::kernels
