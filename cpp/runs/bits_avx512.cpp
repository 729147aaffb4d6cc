#include <immintrin.h>

#include "base/lane_mask_kernels.h"
#include "runs/bits_kernels.h"

namespace me::kernels {
namespace {

void pack1(const void* values, std::int64_t n, std::uint64_t* words) {
  const auto* in = static_cast<const std::uint8_t*>(values);
  std::int64_t i = 0;
  for (; i + 64 <= n; i += 64) {
    const __m512i v = _mm512_loadu_si512(in + i);
    words[i / 64] = _mm512_test_epi8_mask(v, v);
  }
  if (i < n) {
    const __m512i v = _mm512_maskz_loadu_epi8(tail_mask(n), in + i);
    words[i / 64] = _mm512_test_epi8_mask(v, v);
  }
}

void pack2(const void* values, std::int64_t n, std::uint64_t* words) {
  const auto* in = static_cast<const std::uint16_t*>(values);
  for (std::int64_t i = 0; i < n; i += 64) {
    const std::uint64_t live = n - i >= 64 ? ~std::uint64_t{0} : tail_mask(n);
    const __m512i a = _mm512_maskz_loadu_epi16(static_cast<__mmask32>(live), in + i);
    const __m512i b = _mm512_maskz_loadu_epi16(static_cast<__mmask32>(live >> 32), in + i + 32);
    words[i / 64] = word_of(_mm512_test_epi16_mask(a, a)) | word_of(_mm512_test_epi16_mask(b, b))
                                                                << 32;
  }
}

void pack4(const void* values, std::int64_t n, std::uint64_t* words) {
  const auto* in = static_cast<const std::uint32_t*>(values);
  for (std::int64_t i = 0; i < n; i += 64) {
    const std::uint64_t live = n - i >= 64 ? ~std::uint64_t{0} : tail_mask(n);
    std::uint64_t word = 0;
    for (int k = 0; k < 64; k += 16) {
      const auto part = static_cast<__mmask16>(live >> k);
      const __m512i v = _mm512_maskz_loadu_epi32(part, in + i + k);
      word |= std::uint64_t{_mm512_test_epi32_mask(v, v)} << k;
    }
    words[i / 64] = word;
  }
}

void pack8(const void* values, std::int64_t n, std::uint64_t* words) {
  const auto* in = static_cast<const std::uint64_t*>(values);
  for (std::int64_t i = 0; i < n; i += 64) {
    const std::uint64_t live = n - i >= 64 ? ~std::uint64_t{0} : tail_mask(n);
    std::uint64_t word = 0;
    for (int k = 0; k < 64; k += 8) {
      const auto part = static_cast<__mmask8>(live >> k);
      const __m512i v = _mm512_maskz_loadu_epi64(part, in + i + k);
      word |= std::uint64_t{_mm512_test_epi64_mask(v, v)} << k;
    }
    words[i / 64] = word;
  }
}

void pack_above32(const float* values, std::int64_t n, float threshold, std::uint64_t* words) {
  const __m512 limit = _mm512_set1_ps(threshold);
  for (std::int64_t i = 0; i < n; i += 64) {
    const std::uint64_t live = n - i >= 64 ? ~std::uint64_t{0} : tail_mask(n);
    std::uint64_t word = 0;
    for (int k = 0; k < 64; k += 16) {
      const auto part = static_cast<__mmask16>(live >> k);
      const __m512 v = _mm512_maskz_loadu_ps(part, values + i + k);
      word |= std::uint64_t{_mm512_mask_cmp_ps_mask(part, v, limit, _CMP_GT_OQ)} << k;
    }
    words[i / 64] = word;
  }
}

void unpack1(const std::uint64_t* words, std::int64_t n, std::uint64_t value, void* out) {
  auto* to = static_cast<std::uint8_t*>(out);
  const __m512i foreground = _mm512_set1_epi8(static_cast<char>(value));
  std::int64_t i = 0;
  for (; i + 64 <= n; i += 64) {
    _mm512_storeu_si512(to + i, _mm512_maskz_mov_epi8(words[i / 64], foreground));
  }
  if (i < n) {
    _mm512_mask_storeu_epi8(to + i, tail_mask(n), _mm512_maskz_mov_epi8(words[i / 64], foreground));
  }
}

void unpack2(const std::uint64_t* words, std::int64_t n, std::uint64_t value, void* out) {
  auto* to = static_cast<std::uint16_t*>(out);
  const __m512i foreground = _mm512_set1_epi16(static_cast<short>(value));
  for (std::int64_t i = 0; i < n; i += 32) {
    const std::int64_t left = n - i;
    const auto live = static_cast<__mmask32>(left >= 32 ? 0xFFFFFFFFu : (1u << left) - 1);
    const auto bits = static_cast<__mmask32>(words[i / 64] >> (i & 63));
    _mm512_mask_storeu_epi16(to + i, live, _mm512_maskz_mov_epi16(bits, foreground));
  }
}

void unpack4(const std::uint64_t* words, std::int64_t n, std::uint64_t value, void* out) {
  auto* to = static_cast<std::uint32_t*>(out);
  const __m512i foreground = _mm512_set1_epi32(static_cast<int>(value));
  for (std::int64_t i = 0; i < n; i += 16) {
    const std::int64_t left = n - i;
    const auto live = static_cast<__mmask16>(left >= 16 ? 0xFFFFu : (1u << left) - 1);
    const auto bits = static_cast<__mmask16>(words[i / 64] >> (i & 63));
    _mm512_mask_storeu_epi32(to + i, live, _mm512_maskz_mov_epi32(bits, foreground));
  }
}

void unpack8(const std::uint64_t* words, std::int64_t n, std::uint64_t value, void* out) {
  auto* to = static_cast<std::uint64_t*>(out);
  const __m512i foreground = _mm512_set1_epi64(static_cast<long long>(value));
  for (std::int64_t i = 0; i < n; i += 8) {
    const std::int64_t left = n - i;
    const auto live = static_cast<__mmask8>(left >= 8 ? 0xFFu : (1u << left) - 1);
    const auto bits = static_cast<__mmask8>(words[i / 64] >> (i & 63));
    _mm512_mask_storeu_epi64(to + i, live, _mm512_maskz_mov_epi64(bits, foreground));
  }
}

void difference(const std::uint64_t* words, const std::uint64_t* before, std::int64_t n,
                std::uint64_t* out, std::uint64_t* any) {
  for (std::int64_t k = 0; k < n; k += 8) {
    const auto live = static_cast<__mmask8>(n - k >= 8 ? 0xFF : (1 << (n - k)) - 1);
    const __m512i a = _mm512_maskz_loadu_epi64(live, words + k);
    const __m512i b = _mm512_maskz_loadu_epi64(live, before + k);
    const __m512i seen = _mm512_maskz_loadu_epi64(live, any + k);
    const __m512i changed = _mm512_xor_si512(a, b);
    _mm512_mask_storeu_epi64(out + k, live, changed);
    _mm512_mask_storeu_epi64(any + k, live, _mm512_or_si512(seen, changed));
  }
}

std::int64_t count(const std::uint64_t* words, std::int64_t n) {
  std::int64_t sum = 0;
  for (std::int64_t k = 0; k < n; k++) sum += static_cast<std::int64_t>(_mm_popcnt_u64(words[k]));
  return sum;
}

// One register holds eight rows, so blocks of 32, 16 and 8 rows swap between registers and blocks
// of 4, 2 and 1 inside one.
template <int J>
inline void swap_registers(__m512i* rows, std::uint64_t low_half) {
  const __m512i mask = _mm512_set1_epi64(static_cast<long long>(low_half));
  constexpr int step = J / 8;
  for (int base = 0; base < 8; base += 2 * step) {
    for (int r = base; r < base + step; r++) {
      const __m512i t =
          _mm512_and_si512(_mm512_xor_si512(_mm512_srli_epi64(rows[r], J), rows[r + step]), mask);
      rows[r] = _mm512_xor_si512(rows[r], _mm512_slli_epi64(t, J));
      rows[r + step] = _mm512_xor_si512(rows[r + step], t);
    }
  }
}

template <int J>
inline __m512i swap_inside(__m512i rows, std::uint64_t low_half) {
  const __m512i mask = _mm512_set1_epi64(static_cast<long long>(low_half));
  const __m512i other = J == 4   ? _mm512_shuffle_i64x2(rows, rows, 0x4E)
                        : J == 2 ? _mm512_permutex_epi64(rows, 0x4E)
                                 : _mm512_permutex_epi64(rows, 0xB1);
  constexpr __mmask8 lower = J == 4 ? 0x0F : J == 2 ? 0x33 : 0x55;  // rows r with (r & J) == 0
  // 0xCA selects, per bit: mask ? first : second.
  const __m512i low = _mm512_ternarylogic_epi64(mask, rows, _mm512_slli_epi64(other, J), 0xCA);
  const __m512i high = _mm512_ternarylogic_epi64(mask, _mm512_srli_epi64(other, J), rows, 0xCA);
  return _mm512_mask_mov_epi64(high, lower, low);
}

void transpose(std::uint64_t* tile) {
  __m512i rows[8];
  for (int r = 0; r < 8; r++) rows[r] = _mm512_loadu_si512(tile + 8 * r);
  swap_registers<32>(rows, 0x00000000FFFFFFFF);
  swap_registers<16>(rows, 0x0000FFFF0000FFFF);
  swap_registers<8>(rows, 0x00FF00FF00FF00FF);
  for (int r = 0; r < 8; r++) {
    rows[r] = swap_inside<4>(rows[r], 0x0F0F0F0F0F0F0F0F);
    rows[r] = swap_inside<2>(rows[r], 0x3333333333333333);
    rows[r] = swap_inside<1>(rows[r], 0x5555555555555555);
    _mm512_storeu_si512(tile + 8 * r, rows[r]);
  }
}

}  // namespace

const BitKernels bits_avx512 = {pack1,   pack2,   pack4,   pack8,      pack_above32, unpack1,
                                unpack2, unpack4, unpack8, difference, count,        transpose};

}  // namespace me::kernels
