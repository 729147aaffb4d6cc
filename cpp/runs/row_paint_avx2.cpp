#include <immintrin.h>

#include "runs/row_paint_kernels.h"

namespace me::kernels {
namespace {

inline void store(void* p, __m256i v) { _mm256_storeu_si256(static_cast<__m256i*>(p), v); }

template <class T>
inline __m256i spread(T value) {
  if constexpr (sizeof(T) == 1) return _mm256_set1_epi8(static_cast<char>(value));
  if constexpr (sizeof(T) == 2) return _mm256_set1_epi16(static_cast<short>(value));
  if constexpr (sizeof(T) == 4) return _mm256_set1_epi32(static_cast<int>(value));
  return _mm256_set1_epi64x(static_cast<long long>(value));
}

struct Avx2 {
  static std::int64_t count(std::uint64_t word) {
    return static_cast<std::int64_t>(_mm_popcnt_u64(word));
  }

  // 64 equal values.
  template <class T>
  static void fill(T* to, T value) {
    const __m256i v = spread(value);
    for (std::size_t i = 0; i < 64; i += 32 / sizeof(T)) store(to + i, v);
  }

  // 64 values: each[r] where r stretches have started, 0 where `with_label` is not set.
  template <class T>
  static void expand(std::uint64_t starts, std::uint64_t with_label, const std::uint32_t* each,
                     T* to) {
    const __m256i bits = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    for (int i = 0; i < 64; i += 8) {
      each += starts & 1;  // so that eight values are enough
      const auto byte = static_cast<std::size_t>(starts & 0xFE);
      const __m256i rank =
          _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<long long>(rank_bytes.of[byte])));
      const __m256i values = _mm256_permutevar8x32_epi32(
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(each)), rank);
      const __m256i here = _mm256_and_si256(_mm256_set1_epi32(static_cast<int>(with_label)), bits);
      write(to + i, _mm256_and_si256(values, _mm256_cmpeq_epi32(here, bits)));
      each += rank_bytes.of[byte] >> 56;
      starts >>= 8;
      with_label >>= 8;
    }
  }

  // 16 bytes.
  static void copy_quarter(const char* from, char* to) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to),
                     _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }

  // 64 bytes.
  static void copy_line(const char* from, char* to) {
    const auto* in = reinterpret_cast<const __m256i*>(from);
    const __m256i low = _mm256_loadu_si256(in);
    const __m256i high = _mm256_loadu_si256(in + 1);
    store(to, low);
    store(to + 32, high);
  }

  // The same, past the caches.
  static void stream_line(const char* from, char* to) {
    const auto* in = reinterpret_cast<const __m256i*>(from);
    auto* out = reinterpret_cast<__m256i*>(to);
    _mm256_stream_si256(out, _mm256_loadu_si256(in));
    _mm256_stream_si256(out + 1, _mm256_loadu_si256(in + 1));
  }

 private:
  template <class T>
  static void write(T* to, __m256i v) {
    if constexpr (sizeof(T) == 4) {
      store(to, v);
    } else if constexpr (sizeof(T) == 8) {
      store(to, _mm256_cvtepu32_epi64(_mm256_castsi256_si128(v)));
      store(to + 4, _mm256_cvtepu32_epi64(_mm256_extracti128_si256(v, 1)));
    } else if constexpr (sizeof(T) == 2) {  // the low half of each
      const __m256i low =
          _mm256_shuffle_epi8(v, _mm256_broadcastsi128_si256(_mm_setr_epi8(
                                     0, 1, 4, 5, 8, 9, 12, 13, -1, -1, -1, -1, -1, -1, -1, -1)));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to),
                       _mm256_castsi256_si128(_mm256_permute4x64_epi64(low, 0x08)));
    } else {  // the low byte of each
      const __m256i low =
          _mm256_shuffle_epi8(v, _mm256_broadcastsi128_si256(_mm_setr_epi8(
                                     0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)));
      const __m256i joined =
          _mm256_permutevar8x32_epi32(low, _mm256_setr_epi32(0, 4, 1, 1, 1, 1, 1, 1));
      _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm256_castsi256_si128(joined));
    }
  }
};

void drain() { _mm_sfence(); }

}  // namespace

const PaintKernels paint_avx2 = {{paint_row<Avx2, std::uint8_t>, paint_row<Avx2, std::uint16_t>,
                                  paint_row<Avx2, std::uint32_t>, paint_row<Avx2, std::uint64_t>},
                                 copy<Avx2>,
                                 stream<Avx2>,
                                 drain};

}  // namespace me::kernels
