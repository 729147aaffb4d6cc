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

// How vectors are written that are read before long, and how, whole cache lines of them, those that
// are not.
struct Stored {
  static void put(void* p, __m256i v) { store(p, v); }
  static void put(void* p, __m128i v) { _mm_storeu_si128(static_cast<__m128i*>(p), v); }
  static void put_low(void* p, __m128i v) { _mm_storel_epi64(static_cast<__m128i*>(p), v); }
};
struct Streamed {
  static void put(void* p, __m256i v) { _mm256_stream_si256(static_cast<__m256i*>(p), v); }
  static void put(void* p, __m128i v) { _mm_stream_si128(static_cast<__m128i*>(p), v); }
  static void put_low(void* p, __m128i v) {
    _mm_stream_si64(static_cast<long long*>(p), _mm_cvtsi128_si64(v));
  }
};

template <class Writer>
struct Cpu {
  static std::int64_t count(std::uint64_t word) {
    return static_cast<std::int64_t>(_mm_popcnt_u64(word));
  }

  // 64 equal values.
  template <class T>
  static void fill(T* to, T value) {
    const __m256i v = spread(value);
    for (std::size_t i = 0; i < 64; i += 32 / sizeof(T)) Writer::put(to + i, v);
  }

  // 64 values: each[r] where r stretches have started.
  template <class T>
  static void expand(std::uint64_t starts, const std::uint32_t* each, T* to) {
    for (int i = 0; i < 64; i += 8) write(to + i, eight(starts, each, i));
  }

  // The same, and 0 where `with_label` is not set.
  template <class T>
  static void expand(std::uint64_t starts, std::uint64_t with_label, const std::uint32_t* each,
                     T* to) {
    const __m256i bits = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    for (int i = 0; i < 64; i += 8) {
      const __m256i here =
          _mm256_and_si256(_mm256_set1_epi32(static_cast<int>(with_label >> i & 0xFF)), bits);
      write(to + i, _mm256_and_si256(eight(starts, each, i), _mm256_cmpeq_epi32(here, bits)));
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

  // A part of a row that is not whole words.
  static void copy_part(const void* from, std::int64_t bytes, void* to) {
    copy_tail<Cpu>(static_cast<const char*>(from), bytes, static_cast<char*>(to));
  }

  // 64 bytes, past the caches.
  static void stream_line(const char* from, char* to) {
    const auto* in = reinterpret_cast<const __m256i*>(from);
    auto* out = reinterpret_cast<__m256i*>(to);
    _mm256_stream_si256(out, _mm256_loadu_si256(in));
    _mm256_stream_si256(out + 1, _mm256_loadu_si256(in + 1));
  }

 private:
  // Values [i, i + 8). A start at the first counts for all of them, so that eight are enough.
  static __m256i eight(std::uint64_t starts, const std::uint32_t* each, int i) {
    const std::int64_t rank = count(starts & ~std::uint64_t{0} >> (63 - i));
    const auto byte = static_cast<std::size_t>(starts >> i & 0xFE);
    const __m256i further =
        _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<long long>(rank_bytes.of[byte])));
    return _mm256_permutevar8x32_epi32(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(each + rank)), further);
  }

  template <class T>
  static void write(T* to, __m256i v) {
    if constexpr (sizeof(T) == 4) {
      Writer::put(to, v);
    } else if constexpr (sizeof(T) == 8) {
      Writer::put(to, _mm256_cvtepu32_epi64(_mm256_castsi256_si128(v)));
      Writer::put(to + 4, _mm256_cvtepu32_epi64(_mm256_extracti128_si256(v, 1)));
    } else if constexpr (sizeof(T) == 2) {  // the low half of each
      const __m256i low =
          _mm256_shuffle_epi8(v, _mm256_broadcastsi128_si256(_mm_setr_epi8(
                                     0, 1, 4, 5, 8, 9, 12, 13, -1, -1, -1, -1, -1, -1, -1, -1)));
      Writer::put(to, _mm256_castsi256_si128(_mm256_permute4x64_epi64(low, 0x08)));
    } else {  // the low byte of each
      const __m256i low =
          _mm256_shuffle_epi8(v, _mm256_broadcastsi128_si256(_mm_setr_epi8(
                                     0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)));
      const __m256i joined =
          _mm256_permutevar8x32_epi32(low, _mm256_setr_epi32(0, 4, 1, 1, 1, 1, 1, 1));
      Writer::put_low(to, _mm256_castsi256_si128(joined));
    }
  }
};

void drain() { _mm_sfence(); }

using Near = Cpu<Stored>;
using Past = Cpu<Streamed>;

}  // namespace

const PaintKernels paint_avx2 = {
    {paint_row<Near, std::uint8_t>, paint_row<Near, std::uint16_t>, paint_row<Near, std::uint32_t>,
     paint_row<Near, std::uint64_t>},
    {paint_past<Near, Past, std::uint8_t>, paint_past<Near, Past, std::uint16_t>,
     paint_past<Near, Past, std::uint32_t>, paint_past<Near, Past, std::uint64_t>},
    copy<Near>,
    stream<Near>,
    drain};

}  // namespace me::kernels
