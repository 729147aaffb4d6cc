#include <immintrin.h>

#include "ops/check_polygons/edge_boxes_kernels.h"

namespace me::kernels {

std::int64_t next_overlaps_avx2(const Boxes& boxes, std::int64_t one, std::int64_t from,
                                std::int64_t n, double end, std::uint32_t* hits) {
  const __m256d low = _mm256_set1_pd(boxes.low[one]);
  const __m256d high = _mm256_set1_pd(boxes.high[one]);
  const __m256d top = _mm256_set1_pd(boxes.top[one]);
  const __m256d bottom = _mm256_set1_pd(boxes.bottom[one]);
  const auto four = [&](std::int64_t k) {
    const __m256d along =
        _mm256_and_pd(_mm256_cmp_pd(_mm256_loadu_pd(boxes.low + k), high, _CMP_LE_OQ),
                      _mm256_cmp_pd(_mm256_loadu_pd(boxes.high + k), low, _CMP_GE_OQ));
    const __m256d across =
        _mm256_and_pd(_mm256_cmp_pd(_mm256_loadu_pd(boxes.top + k), bottom, _CMP_LE_OQ),
                      _mm256_cmp_pd(_mm256_loadu_pd(boxes.bottom + k), top, _CMP_GE_OQ));
    return static_cast<std::uint32_t>(_mm256_movemask_pd(_mm256_and_pd(along, across)));
  };
  for (std::int64_t k = from; k < n && !(boxes.low[k] > end); k += box_block) {
    const std::uint32_t found = four(k) | four(k + 4) << 4;
    if (found != 0) {
      *hits = found;
      return k;
    }
  }
  return n;
}

}  // namespace me::kernels
