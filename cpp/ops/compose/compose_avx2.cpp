#include <immintrin.h>

#include "ops/compose/compose_kernels.h"

namespace me::kernels {
namespace {

// Vectors from the front on, and one that ends with the last value; fewer bytes than one has are
// written as two halves, wherever these meet.
template <class T>
class Vectors {
 public:
  using Value = T;
  static constexpr double front_cost = 1.6;

  explicit Vectors(T label) {
    if constexpr (sizeof(T) == 1) v_ = _mm256_set1_epi8(static_cast<char>(label));
    if constexpr (sizeof(T) == 2) v_ = _mm256_set1_epi16(static_cast<short>(label));
    if constexpr (sizeof(T) == 4) v_ = _mm256_set1_epi32(static_cast<int>(label));
    if constexpr (sizeof(T) == 8) v_ = _mm256_set1_epi64x(static_cast<long long>(label));
    word_ = _mm_cvtsi128_si64(_mm256_castsi256_si128(v_));
  }

  void operator()(T* to, std::int64_t n) const {
    char* const at = reinterpret_cast<char*>(to);
    const std::int64_t bytes = n * static_cast<std::int64_t>(sizeof(T));
    if (bytes >= 32) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(at + bytes - 32), v_);
      for (std::int64_t k = 0; k + 32 < bytes; k += 32) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(at + k), v_);
      }
    } else if (bytes >= 16) {
      const __m128i half = _mm256_castsi256_si128(v_);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(at), half);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(at + bytes - 16), half);
    } else if (bytes >= 8) {
      __builtin_memcpy(at, &word_, 8);
      __builtin_memcpy(at + bytes - 8, &word_, 8);
    } else {
      for (std::int64_t k = 0; k < bytes; k += static_cast<std::int64_t>(sizeof(T))) {
        __builtin_memcpy(at + k, &word_, sizeof(T));
      }
    }
  }

  void bits(T* to, std::uint64_t bits) const { fill_bits(*this, to, bits); }

  static void word(const PaintLayers& layers, bool more, T* to) {
    constexpr int lanes = 32 / sizeof(T);
    constexpr int some = 64 / lanes < 4 ? 64 / lanes : 4;  // vectors at a time
    for (int i = 0; i < 64; i += some * lanes) {
      auto* const at = reinterpret_cast<__m256i*>(to + i);
      __m256i sum[some];
      for (int v = 0; v < some; v++) {
        sum[v] = more ? _mm256_loadu_si256(at + v) : _mm256_setzero_si256();
      }
      const std::uint64_t* bits = layers.bits;
      for (std::int64_t k = 0; k < layers.n; k++, bits += layers.stride) {
        const __m256i label = Vectors(static_cast<T>(layers.labels[k])).v_;
        for (int v = 0; v < some; v++) {
          const __m256i set = lanes_of(bits, i + v * lanes);
          sum[v] = _mm256_or_si256(sum[v], _mm256_and_si256(set, label));
        }
      }
      for (int v = 0; v < some; v++) _mm256_storeu_si256(at + v, sum[v]);
    }
  }

 private:
  // All ones in lane k where bit `from` + k is set.
  static __m256i lanes_of(const std::uint64_t* words, int from) {
    const std::uint64_t bits = *words >> from;
    __m256i all;
    __m256i one;
    if constexpr (sizeof(T) == 1) {
      int half;
      __builtin_memcpy(&half, reinterpret_cast<const char*>(words) + from / 8, 4);
      all = _mm256_shuffle_epi8(
          _mm256_set1_epi32(half),
          _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303));
      one = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201));
      return _mm256_cmpeq_epi8(_mm256_and_si256(all, one), one);
    } else if constexpr (sizeof(T) == 2) {
      all = _mm256_set1_epi16(static_cast<short>(bits));
      one = _mm256_setr_epi16(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384,
                              -32768);
      return _mm256_cmpeq_epi16(_mm256_and_si256(all, one), one);
    } else if constexpr (sizeof(T) == 4) {
      all = _mm256_set1_epi32(static_cast<int>(bits));
      one = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
      return _mm256_cmpeq_epi32(_mm256_and_si256(all, one), one);
    } else {
      all = _mm256_set1_epi64x(static_cast<long long>(bits));
      one = _mm256_setr_epi64x(1, 2, 4, 8);
      return _mm256_cmpeq_epi64(_mm256_and_si256(all, one), one);
    }
  }

  __m256i v_;
  long long word_;
};

}  // namespace

const ComposeKernels compose_avx2[4] = {
    compose_with<Vectors<std::uint8_t>>, compose_with<Vectors<std::uint16_t>>,
    compose_with<Vectors<std::uint32_t>>, compose_with<Vectors<std::uint64_t>>};

}  // namespace me::kernels
