#include <immintrin.h>

#include "runs/row_paint_kernels.h"

namespace me::kernels {
namespace {

template <class T>
inline __m512i spread(T value) {
  if constexpr (sizeof(T) == 1) return _mm512_set1_epi8(static_cast<char>(value));
  if constexpr (sizeof(T) == 2) return _mm512_set1_epi16(static_cast<short>(value));
  if constexpr (sizeof(T) == 4) return _mm512_set1_epi32(static_cast<int>(value));
  return _mm512_set1_epi64(static_cast<long long>(value));
}

struct Avx512 {
  static std::int64_t count(std::uint64_t word) {
    return static_cast<std::int64_t>(_mm_popcnt_u64(word));
  }

  // 64 equal values.
  template <class T>
  static void fill(T* to, T value) {
    const __m512i v = spread(value);
    for (std::size_t i = 0; i < 64; i += 64 / sizeof(T)) _mm512_storeu_si512(to + i, v);
  }

  // 64 values: each[r] where r stretches have started.
  template <class T>
  static void expand(std::uint64_t starts, const std::uint32_t* each, T* to) {
    expand(starts, ~std::uint64_t{0}, each, to);
  }

  // The same, and 0 where `with_label` is not set.
  template <class T>
  static void expand(std::uint64_t starts, std::uint64_t with_label, const std::uint32_t* each,
                     T* to) {
    // Ranks within sixteen values: the product adds up the bytes of each eight, and the upper eight
    // of sixteen start where the lower ones end. A start at the first of sixteen counts for all of
    // them, so that sixteen stretches are enough.
    const __m512i ones = _mm512_maskz_set1_epi8(starts & 0xFFFEFFFEFFFEFFFE, 1);
    const __m512i sums = _mm512_mullo_epi64(ones, _mm512_set1_epi8(1));
    const __m512i lower =
        _mm512_shuffle_epi8(sums, _mm512_broadcast_i32x4(_mm_set_epi64x(0x0707070707070707, -1)));
    const __m512i ranks = _mm512_add_epi8(sums, lower);
    write_part<0>(starts, with_label, each, ranks, to);
    write_part<1>(starts, with_label, each, ranks, to);
    write_part<2>(starts, with_label, each, ranks, to);
    write_part<3>(starts, with_label, each, ranks, to);
  }

  // 16 bytes.
  static void copy_quarter(const char* from, char* to) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to),
                     _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }

  // 64 bytes.
  static void copy_line(const char* from, char* to) {
    _mm512_storeu_si512(to, _mm512_loadu_si512(from));
  }

  // A part of a row that is not whole words.
  static void copy_part(const void* from, std::int64_t bytes, void* to) {
    copy_tail<Avx512>(static_cast<const char*>(from), bytes, static_cast<char*>(to));
  }

  // 64 bytes, past the caches.
  static void stream_line(const char* from, char* to) {
    _mm512_stream_si512(reinterpret_cast<__m512i*>(to), _mm512_loadu_si512(from));
  }

 private:
  template <int Part, class T>
  static void write_part(std::uint64_t starts, std::uint64_t with_label, const std::uint32_t* each,
                         __m512i ranks, T* to) {
    const std::uint64_t up_to = ~std::uint64_t{0} >> (63 - 16 * Part);
    const __m512i rank = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(ranks, Part));
    write(to + 16 * Part,
          _mm512_maskz_permutexvar_epi32(static_cast<__mmask16>(with_label >> 16 * Part), rank,
                                         _mm512_loadu_si512(each + count(starts & up_to))));
  }

  template <class T>
  static void write(T* to, __m512i v) {
    if constexpr (sizeof(T) == 1) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_cvtepi32_epi8(v));
    } else if constexpr (sizeof(T) == 2) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm512_cvtepi32_epi16(v));
    } else if constexpr (sizeof(T) == 4) {
      _mm512_storeu_si512(to, v);
    } else {
      _mm512_storeu_si512(to, _mm512_cvtepu32_epi64(_mm512_castsi512_si256(v)));
      _mm512_storeu_si512(to + 8, _mm512_cvtepu32_epi64(_mm512_extracti64x4_epi64(v, 1)));
    }
  }
};

void drain() { _mm_sfence(); }

}  // namespace

const PaintKernels paint_avx512 = {
    {paint_row<Avx512, std::uint8_t>, paint_row<Avx512, std::uint16_t>,
     paint_row<Avx512, std::uint32_t>, paint_row<Avx512, std::uint64_t>},
    {},
    copy<Avx512>,
    stream<Avx512>,
    drain};

}  // namespace me::kernels
