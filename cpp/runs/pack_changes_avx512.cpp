#include <immintrin.h>

#include "runs/pack_changes_kernels.h"

namespace me::kernels {

// As for AVX2, with a mask register for the bits of a row.
void pack_changes_avx512(const std::uint8_t* rows, std::int64_t row_stride, std::int64_t n_words,
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
      const __m512i values = _mm512_loadu_si512(rows + r * row_stride + 64 * k);
      const std::uint64_t word = _mm512_test_epi8_mask(values, values);
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
