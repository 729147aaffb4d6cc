#include <immintrin.h>

#include "ops/remap/remap_kernels.h"

namespace me::kernels {

// A shuffle looks up 16 entries at once; labels of a tile are told by their high four bits. Most
// maps have labels in few tiles.
void look_up_bytes_avx2(const std::uint8_t* in, std::int64_t n, const ByteTable& table,
                        std::uint8_t* out) {
  __m256i entries[16];
  __m256i highs[16];
  int tiles = 0;
  for (std::uint32_t left = table.tiles; left != 0; left = _blsr_u32(left)) {
    const auto tile = static_cast<int>(_tzcnt_u32(left));
    const void* from = table.entries + 16 * tile;
    entries[tiles] =
        _mm256_broadcastsi128_si256(_mm_loadu_si128(static_cast<const __m128i*>(from)));
    highs[tiles++] = _mm256_set1_epi8(static_cast<char>(16 * tile));
  }
  const __m256i other = _mm256_set1_epi8(static_cast<char>(table.other));
  const __m256i high_bits = _mm256_set1_epi8(static_cast<char>(0xF0));
  std::int64_t i = 0;
  for (; i + 32 <= n; i += 32) {
    const __m256i labels = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + i));
    const __m256i high = _mm256_and_si256(labels, high_bits);
    const __m256i low = _mm256_andnot_si256(high_bits, labels);
    __m256i found = other;
    for (int t = 0; t < tiles; t++) {
      const __m256i here = _mm256_shuffle_epi8(entries[t], low);
      found = _mm256_blendv_epi8(found, here, _mm256_cmpeq_epi8(high, highs[t]));
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), found);
  }
  for (; i < n; i++) out[i] = table.entries[in[i]];
}

}  // namespace me::kernels
