#include <immintrin.h>

#include "runs/pack_changes_kernels.h"

namespace me::kernels {
namespace {

struct Avx2 {
  static __m256i load(const std::uint8_t* values) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values));
  }
  static std::uint64_t zero(const std::uint8_t* values) {
    const __m256i equal = _mm256_cmpeq_epi8(load(values), _mm256_setzero_si256());
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(equal));
  }
  static std::uint64_t nonzero(const std::uint8_t* values) {
    return ~(zero(values) | zero(values + 32) << 32);
  }
  // Whether eight rows of 64 values are equal.
  static bool repeats(const std::uint8_t* first, std::int64_t row_stride) {
    __m256i differ = _mm256_setzero_si256();
    for (int half = 0; half < 64; half += 32) {
      const __m256i like = load(first + half);
      const std::uint8_t* row = first + half;
      for (int r = 1; r < change_rows; r++) {
        row += row_stride;
        differ = _mm256_or_si256(differ, _mm256_xor_si256(like, load(row)));
      }
    }
    return _mm256_testz_si256(differ, differ) != 0;
  }
  static std::uint32_t lowest_bit(std::uint64_t word) {
    return static_cast<std::uint32_t>(_tzcnt_u64(word));
  }
};

}  // namespace

void pack_changes_avx2(const std::uint8_t* rows, std::int64_t row_stride, std::int64_t n_words,
                       std::uint32_t y, ChangeList& list) {
  pack_changes<Avx2>(rows, row_stride, n_words, y, list);
}

}  // namespace me::kernels
