#include <immintrin.h>

#include "ops/compose/compose_kernels.h"

namespace me::kernels {
namespace {

// A masked vector at the front, and whole ones up to the end: no branch on how many bytes are left.
template <class T>
class Vectors {
 public:
  using Value = T;
  static constexpr double front_cost = 1.2;

  explicit Vectors(T label) {
    if constexpr (sizeof(T) == 1) v_ = _mm512_set1_epi8(static_cast<char>(label));
    if constexpr (sizeof(T) == 2) v_ = _mm512_set1_epi16(static_cast<short>(label));
    if constexpr (sizeof(T) == 4) v_ = _mm512_set1_epi32(static_cast<int>(label));
    if constexpr (sizeof(T) == 8) v_ = _mm512_set1_epi64(static_cast<long long>(label));
  }

  void operator()(T* to, std::int64_t n) const {
    char* const at = reinterpret_cast<char*>(to);
    const std::int64_t bytes = n * static_cast<std::int64_t>(sizeof(T));
    const std::int64_t first = bytes < 64 ? bytes : 64;
    _mm512_mask_storeu_epi8(at, _bzhi_u64(~std::uint64_t{0}, static_cast<std::uint32_t>(first)),
                            v_);
    if (bytes <= 64) return;
    _mm512_storeu_si512(at + bytes - 64, v_);
    for (std::int64_t k = 64; k + 64 < bytes; k += 64) _mm512_storeu_si512(at + k, v_);
  }

  void bits(T* to, std::uint64_t bits) const {
    constexpr int lanes = 64 / sizeof(T);
    for (int k = 0; k < 64; k += lanes) {
      const std::uint64_t some = bits >> k;
      if constexpr (sizeof(T) == 1) _mm512_mask_storeu_epi8(to, some, v_);
      if constexpr (sizeof(T) == 2) {
        _mm512_mask_storeu_epi16(to + k, static_cast<__mmask32>(some), v_);
      }
      if constexpr (sizeof(T) == 4) {
        _mm512_mask_storeu_epi32(to + k, static_cast<__mmask16>(some), v_);
      }
      if constexpr (sizeof(T) == 8) {
        _mm512_mask_storeu_epi64(to + k, static_cast<__mmask8>(some), v_);
      }
    }
  }

  static void word(const PaintLayers& layers, bool more, T* to) {
    const __m512i zero = _mm512_setzero_si512();
    constexpr int lanes = 64 / sizeof(T);
    for (int i = 0; i < 64; i += lanes) {
      __m512i sum = more ? _mm512_loadu_si512(to + i) : zero;
      for (std::int64_t k = 0; k < layers.n; k++) {
        const __m512i label = Vectors(static_cast<T>(layers.labels[k])).v_;
        const std::uint64_t some = layers.bits[k * layers.stride] >> i;
        if constexpr (sizeof(T) == 1) sum = _mm512_mask_mov_epi8(sum, some, label);
        if constexpr (sizeof(T) == 2) {
          sum = _mm512_mask_mov_epi16(sum, static_cast<__mmask32>(some), label);
        }
        if constexpr (sizeof(T) == 4) {
          sum = _mm512_mask_mov_epi32(sum, static_cast<__mmask16>(some), label);
        }
        if constexpr (sizeof(T) == 8) {
          sum = _mm512_mask_mov_epi64(sum, static_cast<__mmask8>(some), label);
        }
      }
      _mm512_storeu_si512(to + i, sum);
    }
  }

 private:
  __m512i v_;
};

}  // namespace

const ComposeKernels compose_avx512[4] = {
    compose_with<Vectors<std::uint8_t>>, compose_with<Vectors<std::uint16_t>>,
    compose_with<Vectors<std::uint32_t>>, compose_with<Vectors<std::uint64_t>>};

}  // namespace me::kernels
