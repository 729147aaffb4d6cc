#include <immintrin.h>

#include "runs/pack_changes_kernels.h"

namespace me::kernels {
namespace {

struct Avx2 {
  static std::uint64_t zero(const std::uint8_t* values) {
    const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values));
    return static_cast<std::uint32_t>(
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_setzero_si256())));
  }
  static std::uint64_t nonzero(const std::uint8_t* values) {
    return ~(zero(values) | zero(values + 32) << 32);
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
