#include <immintrin.h>

#include "runs/turn_kernels.h"

namespace me::kernels {
namespace {

// In each half of 16 bytes: the lower or upper values of a and b, one of each in turn.
template <int Bytes>
inline __m256i low(__m256i a, __m256i b) {
  if constexpr (Bytes == 1) return _mm256_unpacklo_epi8(a, b);
  if constexpr (Bytes == 2) return _mm256_unpacklo_epi16(a, b);
  if constexpr (Bytes == 4) return _mm256_unpacklo_epi32(a, b);
  return _mm256_unpacklo_epi64(a, b);
}

template <int Bytes>
inline __m256i high(__m256i a, __m256i b) {
  if constexpr (Bytes == 1) return _mm256_unpackhi_epi8(a, b);
  if constexpr (Bytes == 2) return _mm256_unpackhi_epi16(a, b);
  if constexpr (Bytes == 4) return _mm256_unpackhi_epi32(a, b);
  return _mm256_unpackhi_epi64(a, b);
}

// One step: register 2i and 2i + 1 become the values of i and i + N / 2 in turn, so that after as
// many steps as N has bits register p holds place p of all N lines.
template <int Bytes, int N>
inline void interleave(__m256i* v) {
  __m256i out[N];
  for (int i = 0; i < N / 2; i++) {
    out[2 * i] = low<Bytes>(v[i], v[i + N / 2]);
    out[2 * i + 1] = high<Bytes>(v[i], v[i + N / 2]);
  }
  for (int i = 0; i < N; i++) v[i] = out[i];
}

// As many lines as 16 bytes have values, 32 bytes of each: the halves are turned side by side.
template <class T>
struct Halves {
  using Value = T;
  static constexpr int n = 16 / sizeof(T);
  static constexpr std::int64_t lines = n;
  static constexpr std::int64_t length = 2 * n;

  static void turn(const char* from, std::int64_t from_stride, char* to, std::int64_t to_stride) {
    __m256i v[n];
    for (int i = 0; i < n; i++) {
      v[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + i * from_stride));
    }
    for (int step = 1; step < n; step *= 2) interleave<sizeof(T), n>(v);
    for (int i = 0; i < n; i++) {
      char* const at = to + i * to_stride;
      _mm_storeu_si128(reinterpret_cast<__m128i*>(at), _mm256_castsi256_si128(v[i]));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(at + n * to_stride),
                       _mm256_extracti128_si256(v[i], 1));
    }
  }

  static void copy_line(const char* from, char* to) {
    const auto* const in = reinterpret_cast<const __m256i*>(from);
    auto* const out = reinterpret_cast<__m256i*>(to);
    const __m256i first = _mm256_loadu_si256(in);
    _mm256_storeu_si256(out + 1, _mm256_loadu_si256(in + 1));
    _mm256_storeu_si256(out, first);
  }

  // From whole cache lines to whole ones.
  static void stream_line(const char* from, char* to) {
    const auto* const in = reinterpret_cast<const __m256i*>(from);
    auto* const out = reinterpret_cast<__m256i*>(to);
    _mm256_stream_si256(out, _mm256_load_si256(in));
    _mm256_stream_si256(out + 1, _mm256_load_si256(in + 1));
  }
  static void drain() { _mm_sfence(); }

  static void turn_lines(const char* from, std::int64_t from_stride, char* to,
                         std::int64_t to_stride, bool past_caches) {
    turn_lines_by_squares<Halves>(from, from_stride, to, to_stride, past_caches);
  }

  static void turn_rest(const TurnBlock& block) { turn_by_squares<Halves>(block); }
};

}  // namespace

const TurnKernels turn_avx2 = {{turn<Halves<std::uint8_t>>, turn<Halves<std::uint16_t>>,
                                turn<Halves<std::uint32_t>>, turn<Halves<std::uint64_t>>}};

}  // namespace me::kernels
