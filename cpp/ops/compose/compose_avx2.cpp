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

 private:
  __m256i v_;
  long long word_;
};

}  // namespace

const ComposeKernels compose_avx2[4] = {
    compose_with<Vectors<std::uint8_t>>, compose_with<Vectors<std::uint16_t>>,
    compose_with<Vectors<std::uint32_t>>, compose_with<Vectors<std::uint64_t>>};

}  // namespace me::kernels
