#include <immintrin.h>

#include "runs/pack_changes_kernels.h"

namespace me::kernels {
namespace {

inline std::uint64_t zero_bytes(const std::uint8_t* values) {
  const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values));
  return static_cast<std::uint32_t>(
      _mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_setzero_si256())));
}

}  // namespace

// Eight rows side by side are eight streams from memory, which come in faster than one; and they
// are looked at while the next ones are on their way.
void pack_changes_avx2(const std::uint8_t* rows, std::int64_t row_stride, std::int64_t n_words,
                       std::uint32_t y, ChangeList& list) {
  const auto lowest_bit = [](std::uint64_t word) {
    return static_cast<std::uint32_t>(_tzcnt_u64(word));
  };
  ChangeList own = list;
  for (std::int64_t k = 0; k < n_words; k++) {
    std::uint64_t changes[change_rows];
    std::uint64_t above = own.above[k];
    std::uint64_t any = 0;
    std::uint64_t twice = 0;
    for (int r = 0; r < change_rows; r++) {
      prefetch_next(rows, row_stride, r, k);
      const std::uint8_t* values = rows + r * row_stride + 64 * k;
      const std::uint64_t word = ~(zero_bytes(values) | zero_bytes(values + 32) << 32);
      changes[r] = word ^ above;
      twice |= any & changes[r];
      any |= changes[r];
      above = word;
    }
    own.above[k] = above;
    if (any != 0) list_changes(changes, any, twice, k, y, own, lowest_bit);
  }
  list = own;
}

}  // namespace me::kernels
