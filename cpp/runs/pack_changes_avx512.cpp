#include <immintrin.h>

#include "runs/pack_changes_kernels.h"

namespace me::kernels {
namespace {

struct Avx512 {
  static std::uint64_t nonzero(const std::uint8_t* values) {
    const __m512i v = _mm512_loadu_si512(values);
    return _mm512_test_epi8_mask(v, v);
  }
  // Whether eight rows of 64 values are equal.
  static bool repeats(const std::uint8_t* first, std::int64_t row_stride) {
    const __m512i like = _mm512_loadu_si512(first);
    __m512i differ = _mm512_setzero_si512();
    const std::uint8_t* row = first;
    for (int r = 1; r < change_rows; r++) {  // differ | (like ^ row)
      row += row_stride;
      differ = _mm512_ternarylogic_epi64(differ, like, _mm512_loadu_si512(row), 0xF6);
    }
    return _mm512_test_epi64_mask(differ, differ) == 0;
  }
  static std::uint32_t lowest_bit(std::uint64_t word) {
    return static_cast<std::uint32_t>(_tzcnt_u64(word));
  }
};

}  // namespace

void pack_changes_avx512(const std::uint8_t* rows, std::int64_t row_stride, std::int64_t n_words,
                         std::uint32_t y, ChangeList& list) {
  pack_changes<Avx512>(rows, row_stride, n_words, y, list);
}

}  // namespace me::kernels
