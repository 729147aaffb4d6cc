#include <immintrin.h>

#include "runs/bits_kernels.h"

namespace me::kernels {
namespace {

inline __m256i load(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }

inline std::uint32_t zero_bytes(__m256i v) {
  return static_cast<std::uint32_t>(
      _mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_setzero_si256())));
}

template <class T>
std::uint64_t pack_tail(const T* in, std::int64_t n) {
  std::uint64_t word = 0;
  for (std::int64_t k = 0; k < n; k++) word |= std::uint64_t{in[k] != 0} << k;
  return word;
}

void pack1(const void* values, std::int64_t n, std::uint64_t* words) {
  const auto* in = static_cast<const std::uint8_t*>(values);
  std::int64_t i = 0;
  std::int64_t look = 0;  // where to look for background, most of a mask, again
  for (; i + 256 <= n; i += 256) {
    if (i >= look) {
      __m256i any = load(in + i);
      for (int k = 32; k < 256; k += 32) any = _mm256_or_si256(any, load(in + i + k));
      if (_mm256_testz_si256(any, any) != 0) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(words + i / 64), any);
        continue;
      }
      look = i + 5 * 256;  // not at each boundary: such a branch cannot be foreseen
    }
    for (int k = 0; k < 256; k += 64) {
      const std::uint64_t low = zero_bytes(load(in + i + k));
      const std::uint64_t high = zero_bytes(load(in + i + k + 32));
      words[(i + k) / 64] = ~(low | high << 32);
    }
  }
  for (; i + 64 <= n; i += 64) {
    const std::uint64_t low = zero_bytes(load(in + i));
    const std::uint64_t high = zero_bytes(load(in + i + 32));
    words[i / 64] = ~(low | high << 32);
  }
  if (i < n) words[i / 64] = pack_tail(in + i, n - i);
}

void pack2(const void* values, std::int64_t n, std::uint64_t* words) {
  const auto* in = static_cast<const std::uint16_t*>(values);
  const __m256i zero = _mm256_setzero_si256();
  std::int64_t i = 0;
  for (; i + 64 <= n; i += 64) {
    std::uint64_t word = 0;
    for (int k = 0; k < 64; k += 32) {
      const __m256i a = _mm256_cmpeq_epi16(load(in + i + k), zero);
      const __m256i b = _mm256_cmpeq_epi16(load(in + i + k + 16), zero);
      const __m256i both = _mm256_permute4x64_epi64(_mm256_packs_epi16(a, b), 0xD8);
      const auto bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(both));
      word |= std::uint64_t{bits} << k;
    }
    words[i / 64] = ~word;
  }
  if (i < n) words[i / 64] = pack_tail(in + i, n - i);
}

void pack4(const void* values, std::int64_t n, std::uint64_t* words) {
  const auto* in = static_cast<const std::uint32_t*>(values);
  const __m256i zero = _mm256_setzero_si256();
  std::int64_t i = 0;
  for (; i + 64 <= n; i += 64) {
    std::uint64_t word = 0;
    for (int k = 0; k < 64; k += 8) {
      const __m256i equal = _mm256_cmpeq_epi32(load(in + i + k), zero);
      const auto bits = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(equal)));
      word |= std::uint64_t{bits} << k;
    }
    words[i / 64] = ~word;
  }
  if (i < n) words[i / 64] = pack_tail(in + i, n - i);
}

void pack8(const void* values, std::int64_t n, std::uint64_t* words) {
  const auto* in = static_cast<const std::uint64_t*>(values);
  const __m256i zero = _mm256_setzero_si256();
  std::int64_t i = 0;
  for (; i + 64 <= n; i += 64) {
    std::uint64_t word = 0;
    for (int k = 0; k < 64; k += 4) {
      const __m256i equal = _mm256_cmpeq_epi64(load(in + i + k), zero);
      const auto bits = static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(equal)));
      word |= std::uint64_t{bits} << k;
    }
    words[i / 64] = ~word;
  }
  if (i < n) words[i / 64] = pack_tail(in + i, n - i);
}

void pack_above32(const float* values, std::int64_t n, float threshold, std::uint64_t* words) {
  const __m256 limit = _mm256_set1_ps(threshold);
  std::int64_t i = 0;
  for (; i + 64 <= n; i += 64) {
    std::uint64_t word = 0;
    for (int k = 0; k < 64; k += 8) {
      const __m256 above = _mm256_cmp_ps(_mm256_loadu_ps(values + i + k), limit, _CMP_GT_OQ);
      word |= std::uint64_t{static_cast<unsigned>(_mm256_movemask_ps(above))} << k;
    }
    words[i / 64] = word;
  }
  if (i < n) {
    std::uint64_t word = 0;
    for (std::int64_t k = 0; k < n - i; k++) {
      word |= std::uint64_t{values[i + k] > threshold} << k;
    }
    words[i / 64] = word;
  }
}

void unpack1(const std::uint64_t* words, std::int64_t n, std::uint64_t value, void* out) {
  auto* to = static_cast<std::uint8_t*>(out);
  const __m256i foreground = _mm256_set1_epi8(static_cast<char>(value));
  const __m256i spread = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2,
                                          2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
  const __m256i bit = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201));
  std::int64_t i = 0;
  for (; i + 32 <= n; i += 32) {
    const auto bits = static_cast<int>(words[i / 64] >> (i & 63));
    const __m256i bytes = _mm256_shuffle_epi8(_mm256_set1_epi32(bits), spread);
    const __m256i set = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, bit), bit);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), _mm256_and_si256(set, foreground));
  }
  for (; i < n; i++) {
    to[i] = static_cast<std::uint8_t>(((words[i / 64] >> (i & 63)) & 1) != 0 ? value : 0);
  }
}

template <class T>
void unpack(const std::uint64_t* words, std::int64_t n, std::uint64_t value, void* out) {
  auto* to = static_cast<T*>(out);
  const T foreground = static_cast<T>(value);
  for (std::int64_t i = 0; i < n; i++) {
    // Arithmetic instead of a choice, so that the loop is turned into vector code.
    to[i] = static_cast<T>(foreground & static_cast<T>(-((words[i / 64] >> (i & 63)) & 1)));
  }
}

void difference(const std::uint64_t* words, const std::uint64_t* before, std::int64_t n,
                std::uint64_t* out, std::uint64_t* any) {
  std::int64_t k = 0;
  for (; k + 4 <= n; k += 4) {
    const __m256i changed = _mm256_xor_si256(load(words + k), load(before + k));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + k), changed);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(any + k),
                        _mm256_or_si256(load(any + k), changed));
  }
  for (; k < n; k++) {
    out[k] = words[k] ^ before[k];
    any[k] |= out[k];
  }
}

std::int64_t count(const std::uint64_t* words, std::int64_t n) {
  std::int64_t sum = 0;
  for (std::int64_t k = 0; k < n; k++) sum += static_cast<std::int64_t>(_mm_popcnt_u64(words[k]));
  return sum;
}

// One register holds four rows: blocks of 32 to 4 rows swap between registers, 2 and 1 inside one.
template <int J>
inline void swap_registers(__m256i* rows, std::uint64_t low_half) {
  const __m256i mask = _mm256_set1_epi64x(static_cast<long long>(low_half));
  constexpr int step = J / 4;
  for (int base = 0; base < 16; base += 2 * step) {
    for (int r = base; r < base + step; r++) {
      const __m256i t =
          _mm256_and_si256(_mm256_xor_si256(_mm256_srli_epi64(rows[r], J), rows[r + step]), mask);
      rows[r] = _mm256_xor_si256(rows[r], _mm256_slli_epi64(t, J));
      rows[r + step] = _mm256_xor_si256(rows[r + step], t);
    }
  }
}

template <int J>
inline __m256i swap_inside(__m256i rows, std::uint64_t low_half) {
  const __m256i mask = _mm256_set1_epi64x(static_cast<long long>(low_half));
  const __m256i other = _mm256_permute4x64_epi64(rows, J == 2 ? 0x4E : 0xB1);
  const __m256i low = _mm256_or_si256(_mm256_and_si256(rows, mask),
                                      _mm256_andnot_si256(mask, _mm256_slli_epi64(other, J)));
  const __m256i high = _mm256_or_si256(_mm256_and_si256(_mm256_srli_epi64(other, J), mask),
                                       _mm256_andnot_si256(mask, rows));
  constexpr int upper = J == 2 ? 0xF0 : 0xCC;  // 32-bit lanes of the rows r with (r & J) != 0
  return _mm256_blend_epi32(low, high, upper);
}

void transpose(std::uint64_t* tile) {
  __m256i rows[16];
  for (int r = 0; r < 16; r++) rows[r] = load(tile + 4 * r);
  swap_registers<32>(rows, 0x00000000FFFFFFFF);
  swap_registers<16>(rows, 0x0000FFFF0000FFFF);
  swap_registers<8>(rows, 0x00FF00FF00FF00FF);
  swap_registers<4>(rows, 0x0F0F0F0F0F0F0F0F);
  for (int r = 0; r < 16; r++) {
    rows[r] = swap_inside<2>(rows[r], 0x3333333333333333);
    rows[r] = swap_inside<1>(rows[r], 0x5555555555555555);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(tile + 4 * r), rows[r]);
  }
}

}  // namespace

const BitKernels bits_avx2 = {pack1,
                              pack2,
                              pack4,
                              pack8,
                              pack_above32,
                              unpack1,
                              unpack<std::uint16_t>,
                              unpack<std::uint32_t>,
                              unpack<std::uint64_t>,
                              difference,
                              count,
                              transpose};

}  // namespace me::kernels
