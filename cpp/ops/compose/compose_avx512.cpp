#include <immintrin.h>

#include "ops/compose/compose_kernels.h"

namespace me::kernels {
namespace {

// Whole vectors, and a masked one for the rest: no branch on how many bytes that is.
template <class T>
class Vectors {
 public:
  using Value = T;

  explicit Vectors(T label) {
    if constexpr (sizeof(T) == 1) v_ = _mm512_set1_epi8(static_cast<char>(label));
    if constexpr (sizeof(T) == 2) v_ = _mm512_set1_epi16(static_cast<short>(label));
    if constexpr (sizeof(T) == 4) v_ = _mm512_set1_epi32(static_cast<int>(label));
    if constexpr (sizeof(T) == 8) v_ = _mm512_set1_epi64(static_cast<long long>(label));
  }

  void operator()(T* to, std::int64_t n) const {
    char* at = reinterpret_cast<char*>(to);
    std::int64_t left = n * static_cast<std::int64_t>(sizeof(T));
    for (; left >= 64; left -= 64, at += 64) _mm512_storeu_si512(at, v_);
    _mm512_mask_storeu_epi8(at, _bzhi_u64(~std::uint64_t{0}, static_cast<std::uint32_t>(left)), v_);
  }

 private:
  __m512i v_;
};

}  // namespace

const Paint paint_runs_avx512[4] = {
    paint_runs<Vectors<std::uint8_t>>, paint_runs<Vectors<std::uint16_t>>,
    paint_runs<Vectors<std::uint32_t>>, paint_runs<Vectors<std::uint64_t>>};

}  // namespace me::kernels
