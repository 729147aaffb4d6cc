#include <immintrin.h>

#include "ops/bbox/bbox_kernels.h"

namespace me::kernels {
namespace {

inline __m256i ones() { return _mm256_set1_epi32(-1); }

// Eight pairs of runs at a time, a lane for each. A running sum says where a foreground run starts;
// its row is what a division by the height leaves. As floats that gives the quotient to within one,
// which two corrections put right. The run ends in row + length, past the height where it goes on
// into the next column.
struct Rows {
  __m256i height;
  __m256 inverse;
  __m256i before = _mm256_setzero_si256();  // the position before the next pair
  __m256i top = ones();                     // unsigned
  __m256i bottom = _mm256_setzero_si256();
  __m256i shortest = ones();

  explicit Rows(std::uint32_t rows)
      : height(_mm256_set1_epi32(static_cast<int>(rows))),
        inverse(_mm256_set1_ps(1.0F / static_cast<float>(static_cast<int>(rows)))) {}

  // Counts [0, 4) and [8, 12) of sixteen in `low`, the others in `high`; pairs that are not `valid`
  // are zero.
  void take(__m256i low, __m256i high, __m256i valid) {
    const __m256 a = _mm256_castsi256_ps(low);
    const __m256 b = _mm256_castsi256_ps(high);
    const __m256i gap = _mm256_castps_si256(_mm256_shuffle_ps(a, b, 0x88));
    const __m256i length = _mm256_castps_si256(_mm256_shuffle_ps(a, b, 0xDD));
    __m256i sum = _mm256_add_epi32(gap, length);
    sum = _mm256_add_epi32(sum, _mm256_slli_si256(sum, 4));
    sum = _mm256_add_epi32(sum, _mm256_slli_si256(sum, 8));  // running sums of each half
    const __m256i half = _mm256_permutevar8x32_epi32(sum, _mm256_set1_epi32(3));
    sum = _mm256_add_epi32(sum, _mm256_blend_epi32(_mm256_setzero_si256(), half, 0xF0));
    const __m256i position = _mm256_sub_epi32(_mm256_add_epi32(sum, before), length);
    before = _mm256_add_epi32(before, _mm256_permutevar8x32_epi32(sum, _mm256_set1_epi32(7)));

    const __m256i column =
        _mm256_cvttps_epi32(_mm256_mul_ps(_mm256_cvtepi32_ps(position), inverse));
    __m256i row = _mm256_sub_epi32(position, _mm256_mullo_epi32(column, height));
    row = _mm256_min_epu32(row, _mm256_add_epi32(row, height));
    row = _mm256_min_epu32(row, _mm256_sub_epi32(row, height));

    const __m256i invalid = _mm256_xor_si256(valid, ones());
    const __m256i end = _mm256_add_epi32(row, length);
    top = _mm256_min_epu32(top, _mm256_or_si256(row, invalid));
    bottom = _mm256_max_epu32(bottom, _mm256_and_si256(end, valid));
    shortest = _mm256_min_epu32(shortest, _mm256_or_si256(length, invalid));
  }
};

inline std::uint32_t least(__m256i lanes) {
  __m128i x = _mm_min_epu32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
  x = _mm_min_epu32(x, _mm_shuffle_epi32(x, 0x4E));
  x = _mm_min_epu32(x, _mm_shuffle_epi32(x, 0xB1));
  return static_cast<std::uint32_t>(_mm_cvtsi128_si32(x));
}

// The first n of eight lanes.
inline __m256i lanes_before(std::int64_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)),
                            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

inline __m256i load_parts(const std::uint32_t* low, const std::uint32_t* high) {
  return _mm256_loadu2_m128i(reinterpret_cast<const __m128i*>(high),
                             reinterpret_cast<const __m128i*>(low));
}

inline __m256i load_lanes(const std::uint32_t* counts, std::int64_t n) {
  return _mm256_maskload_epi32(reinterpret_cast<const int*>(counts), lanes_before(n));
}

}  // namespace

RowRange find_rows_avx2(const std::uint32_t* counts, std::int64_t n, std::uint32_t height) {
  Rows rows(height);
  std::int64_t k = 0;
  for (; k + 16 <= n; k += 16) {
    rows.take(load_parts(counts + k, counts + k + 8), load_parts(counts + k + 4, counts + k + 12),
              ones());
    if (k % 1024 == 1008 && ~least(_mm256_xor_si256(rows.bottom, ones())) > height) {
      n = 0;  // it cannot grow any more
    }
  }
  if (k < n) {
    const __m256i a = load_lanes(counts + k, n - k);
    const __m256i b = load_lanes(counts + k + (n - k > 8 ? 8 : 0), n - k - 8);
    rows.take(_mm256_permute2x128_si256(a, b, 0x20), _mm256_permute2x128_si256(a, b, 0x31),
              lanes_before((n - k) / 2));
  }
  if (least(rows.shortest) == 0) return {0, 0};
  const std::uint32_t bottom = ~least(_mm256_xor_si256(rows.bottom, ones()));
  return bottom > height ? RowRange{0, height} : RowRange{least(rows.top), bottom};
}

}  // namespace me::kernels
