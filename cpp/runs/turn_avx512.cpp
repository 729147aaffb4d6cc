#include <immintrin.h>

#include "runs/turn_kernels.h"

namespace me::kernels {
namespace {

// In each 16 bytes: the lower or upper values of a and b, one of each in turn.
template <int Bytes>
inline __m512i low(__m512i a, __m512i b) {
  if constexpr (Bytes == 1) return _mm512_unpacklo_epi8(a, b);
  if constexpr (Bytes == 2) return _mm512_unpacklo_epi16(a, b);
  if constexpr (Bytes == 4) return _mm512_unpacklo_epi32(a, b);
  return _mm512_unpacklo_epi64(a, b);
}

template <int Bytes>
inline __m512i high(__m512i a, __m512i b) {
  if constexpr (Bytes == 1) return _mm512_unpackhi_epi8(a, b);
  if constexpr (Bytes == 2) return _mm512_unpackhi_epi16(a, b);
  if constexpr (Bytes == 4) return _mm512_unpackhi_epi32(a, b);
  return _mm512_unpackhi_epi64(a, b);
}

// One step of as many as N has bits; see turn_avx2.cpp.
template <int Bytes, int N>
inline void interleave(__m512i* v) {
  __m512i out[N];
  for (int i = 0; i < N / 2; i++) {
    out[2 * i] = low<Bytes>(v[i], v[i + N / 2]);
    out[2 * i + 1] = high<Bytes>(v[i], v[i + N / 2]);
  }
  for (int i = 0; i < N; i++) v[i] = out[i];
}

inline __m128i quarter(const char* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

// 16 bytes of four lines each.
inline __m512i quarters(const char* from, std::int64_t stride) {
  __m512i v = _mm512_castsi128_si512(quarter(from));
  v = _mm512_inserti32x4(v, quarter(from + stride), 1);
  v = _mm512_inserti32x4(v, quarter(from + 2 * stride), 2);
  return _mm512_inserti32x4(v, quarter(from + 3 * stride), 3);
}

// Whole cache lines are turned quarter by quarter, side by side in a register, and written at once.
template <class T>
struct Quarters {
  using Value = T;
  static constexpr int n = 16 / sizeof(T);

  static void turn_lines(const char* from, std::int64_t from_stride, char* to,
                         std::int64_t to_stride, bool past_caches) {
    alignas(64) char straight[64 * 4 * n];
    if (from_stride % 512 == 0) {  // lines that keep each other out of a first-level cache
      for (int i = 0; i < 4 * n; i++) {
        _mm512_store_si512(straight + 64 * i, _mm512_loadu_si512(from + i * from_stride));
      }
      from = straight;
      from_stride = 64;
    }
    for (int part = 0; part < 4; part++) {
      turn_quarter(from + 16 * part, from_stride, to + part * n * to_stride, to_stride,
                   past_caches);
    }
  }

  // A function of its own, or the places of all lines would be reckoned before the first quarter,
  // and kept in memory.
  [[gnu::noinline]] static void turn_quarter(const char* from, std::int64_t from_stride, char* to,
                                             std::int64_t to_stride, bool past_caches) {
    __m512i v[n];
    for (int i = 0; i < n; i++) v[i] = quarters(from + i * from_stride, n * from_stride);
    for (int step = 1; step < n; step *= 2) interleave<sizeof(T), n>(v);
    for (int i = 0; i < n; i++) {
      char* const at = to + i * to_stride;
      if (past_caches) {
        _mm512_stream_si512(reinterpret_cast<__m512i*>(at), v[i]);
      } else {
        _mm512_storeu_si512(at, v[i]);
      }
    }
  }

  static void drain() { _mm_sfence(); }

  static void turn_rest(const TurnBlock& block) {
    turn_avx2.turn[n == 16 ? 0 : n == 8 ? 1 : n == 4 ? 2 : 3](block);
  }
};

}  // namespace

const TurnKernels turn_avx512 = {{turn<Quarters<std::uint8_t>>, turn<Quarters<std::uint16_t>>,
                                  turn<Quarters<std::uint32_t>>, turn<Quarters<std::uint64_t>>}};

}  // namespace me::kernels
