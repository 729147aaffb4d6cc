#include <immintrin.h>

#include "ops/bbox/bbox_kernels.h"

namespace me::kernels {
namespace {

// The height of masks and what follows from it; masks of a batch mostly share it.
struct Height {
  std::int64_t rows = -1;
  float inverse = 0, half = 0;

  void set(std::int64_t height) {
    if (height == rows) return;
    rows = height;
    inverse = 1.0F / static_cast<float>(height);
    half = 0.5F * inverse;
  }
  // position / rows, exact below boxes_area: (position + 1/2) / rows is at least 1 / (2 rows) away
  // from a whole number, and its error is smaller.
  std::int64_t column(std::int64_t position) const {
    return static_cast<std::int64_t>(static_cast<float>(position) * inverse + half);
  }
};

// Sixteen pairs of runs at a time, a lane for each. A running sum says where a foreground run
// starts; what the column leaves is its row. Floats are exact here. The run ends in row + length,
// past the height where it goes on into the next column.
struct Rows {
  __m512 height, inverse, half;
  __m512i before = _mm512_setzero_si512();  // the position before the next pair, in each lane
  __m512 top = _mm512_set1_ps(static_cast<float>(boxes_height));
  __m512 bottom = _mm512_setzero_ps();

  explicit Rows(const Height& of)
      : height(_mm512_set1_ps(static_cast<float>(of.rows))),
        inverse(_mm512_set1_ps(of.inverse)),
        half(_mm512_set1_ps(of.half)) {}

  // Counts [0, 32) at p, of which those not in `present` are taken as 0.
  void take(const std::uint32_t* p, std::uint32_t present) {
    const __m512i low = _mm512_maskz_loadu_epi32(static_cast<__mmask16>(present), p);
    const __m512i high = _mm512_maskz_loadu_epi32(static_cast<__mmask16>(present >> 16), p + 16);
    const __m512i even =
        _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const __m512i odd =
        _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    const __m512i gap = _mm512_permutex2var_epi32(low, even, high);
    const __m512i length = _mm512_permutex2var_epi32(low, odd, high);
    __m512i sum = _mm512_add_epi32(gap, length);
    sum = _mm512_add_epi32(sum, _mm512_bslli_epi128(sum, 4));
    sum = _mm512_add_epi32(sum, _mm512_bslli_epi128(sum, 8));  // running sums of each quarter
    const __m512i quarter = _mm512_setr_epi32(0, 0, 0, 0, 3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11);
    sum = _mm512_add_epi32(sum, _mm512_maskz_permutexvar_epi32(0xFFF0, quarter, sum));
    // lanes [8, 16) lack what stands before the quarter before theirs
    const __m512i far = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 3, 3, 7, 7, 7, 7);
    sum = _mm512_add_epi32(sum, _mm512_maskz_permutexvar_epi32(0xFF00, far, sum));
    sum = _mm512_add_epi32(sum, before);
    before = _mm512_permutexvar_epi32(_mm512_set1_epi32(15), sum);

    const __m512 position = _mm512_cvtepi32_ps(_mm512_sub_epi32(sum, length));
    const __m512 column = _mm512_roundscale_ps(_mm512_fmadd_ps(position, inverse, half),
                                               _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
    const __m512 row = _mm512_fnmadd_ps(column, height, position);
    const __m512 end = _mm512_add_ps(row, _mm512_cvtepi32_ps(length));
    const __mmask16 pixels = _mm512_test_epi32_mask(length, length);
    top = _mm512_mask_min_ps(top, pixels, top, row);
    bottom = _mm512_mask_max_ps(bottom, pixels, bottom, end);
  }

  RowRange range(std::int64_t rows) const {
    // The least top in the low half of each lane, in the high one how far the bottom is above one
    // row below the mask; 0 there says that a run went past.
    const __m512i above =
        _mm512_max_epi32(_mm512_sub_epi32(_mm512_set1_epi32(static_cast<int>(rows) + 1),
                                          _mm512_cvttps_epi32(bottom)),
                         _mm512_setzero_si512());
    const __m512i both = _mm512_or_si512(_mm512_cvttps_epi32(top), _mm512_slli_epi32(above, 16));
    const __m256i half_of =
        _mm256_min_epu16(_mm512_castsi512_si256(both), _mm512_extracti64x4_epi64(both, 1));
    __m128i x =
        _mm_min_epu16(_mm256_castsi256_si128(half_of), _mm256_extracti128_si256(half_of, 1));
    x = _mm_min_epu16(x, _mm_shuffle_epi32(x, 0x4E));
    x = _mm_min_epu16(x, _mm_shuffle_epi32(x, 0xB1));
    const auto found = static_cast<std::uint32_t>(_mm_cvtsi128_si32(x));
    const std::uint32_t least = found >> 16;
    const auto h = static_cast<std::uint32_t>(rows);
    return least == 0 ? RowRange{0, h} : RowRange{found & 0xFFFF, h + 1 - least};
  }
};

// The height of short masks and what follows from it.
struct ShortHeight {
  std::int64_t rows = 0;
  std::uint64_t reciprocal = 0;
  __m512i height{}, inverse{}, below{};  // below: one past the height

  void set(std::int64_t h) {
    if (h == rows) return;
    rows = h;
    reciprocal = (std::uint64_t{1} << 32) / static_cast<std::uint64_t>(h) + 1;
    height = _mm512_set1_epi16(static_cast<short>(h));
    inverse = _mm512_set1_epi16(static_cast<short>(65536 / static_cast<std::uint32_t>(h)));
    below = _mm512_set1_epi16(static_cast<short>(h + 1));
  }
  // position / rows, exact for 16 bits
  std::int64_t column(std::int64_t position) const {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(position) * reciprocal >> 32);
  }
};

// Thirty-two pairs of runs at a time, for masks whose positions fit in 16 bits. The product with
// 2^16 / height gives the column or the one before.
struct ShortRows {
  __m512i before = _mm512_setzero_si512();
  __m512i top = _mm512_set1_epi16(-1);    // unsigned
  __m512i above = _mm512_set1_epi16(-1);  // how far the end of a run is above `below`

  // Pairs of the 64 counts at p. All are read, but only pairs in `present` count; what follows the
  // last of them changes no sum before it.
  void take(const std::uint32_t* p, __mmask32 present, const ShortHeight& of) {
    // of two loads: gaps, lengths, gaps, lengths, in quarters
    const __m512i split =
        _mm512_set_epi16(62, 58, 54, 50, 46, 42, 38, 34, 60, 56, 52, 48, 44, 40, 36, 32, 30, 26, 22,
                         18, 14, 10, 6, 2, 28, 24, 20, 16, 12, 8, 4, 0);
    const auto load = [&](int at) { return _mm512_loadu_si512(p + at); };
    const __m512i a = _mm512_permutex2var_epi16(load(0), split, load(16));
    const __m512i b = _mm512_permutex2var_epi16(load(32), split, load(48));
    const __m512i gap = _mm512_shuffle_i64x2(a, b, 0x88);
    const __m512i length = _mm512_shuffle_i64x2(a, b, 0xDD);
    // Running sums: of four by a product, then of two, four and eight of those.
    __m512i sum =
        _mm512_mullo_epi64(_mm512_add_epi16(gap, length), _mm512_set1_epi64(0x0001000100010001));
    sum = _mm512_add_epi16(sum, last_of<6, 6, 4, 4, 2, 2, 0, 0>(sum, 0xF0F0F0F0u));
    sum = _mm512_add_epi16(sum, last_of<5, 5, 0, 0, 1, 1, 0, 0>(sum, 0xFF00FF00u));
    sum = _mm512_add_epi16(sum, last_of<3, 3, 3, 3, 0, 0, 0, 0>(sum, 0xFFFF0000u));
    sum = _mm512_add_epi16(sum, before);
    before = _mm512_permutexvar_epi16(_mm512_set1_epi16(31), sum);

    const __m512i position = _mm512_sub_epi16(sum, length);
    const __m512i column = _mm512_mulhi_epu16(position, of.inverse);
    __m512i row = _mm512_sub_epi16(position, _mm512_mullo_epi16(column, of.height));
    row = _mm512_min_epu16(row, _mm512_sub_epi16(row, of.height));
    const __m512i end = _mm512_add_epi16(row, length);
    const __mmask32 pixels = _mm512_mask_test_epi16_mask(present, length, length);
    top = _mm512_mask_min_epu16(top, pixels, top, row);
    above = _mm512_mask_min_epu16(above, pixels, above, _mm512_subs_epu16(of.below, end));
  }

  // In each group of four lanes the last one of another group; 0 outside `lanes`.
  template <int... Groups>
  static __m512i last_of(__m512i sum, __mmask32 lanes) {
    const __m512i index = _mm512_set_epi64(((4 * Groups + 3) * 0x0001000100010001)...);
    return _mm512_maskz_permutexvar_epi16(lanes, index, sum);
  }

  // The least tops in the lower half, the least of `above` in the upper one.
  __m512i extremes() const {
    return _mm512_min_epu16(_mm512_shuffle_i64x2(top, above, 0x44),
                            _mm512_shuffle_i64x2(top, above, 0xEE));
  }
};

// Each step is done for many masks before the next one: the processor looks ahead no further than
// two masks, and one after the other they would wait for the results of most instructions.
class ShortBoxes {
 public:
  static constexpr std::int64_t most = 64;

  ShortBoxes(const RunColumns& masks, std::int64_t begin) : masks_(masks), begin_(begin) {}

  // Looks at the masks before `end`, with counts before `limit`; gives how many it took.
  std::int64_t scan(std::int64_t end, std::int64_t limit) {
    const std::int64_t stop = end - begin_ < most ? end : begin_ + most;
    std::int64_t i = begin_;
    for (; i < stop; i++) {
      const std::int64_t h = masks_.sizes[2 * i];
      const std::int64_t w = masks_.sizes[2 * i + 1];
      const std::int64_t first = masks_.offsets[i];
      std::int64_t left = (masks_.offsets[i + 1] - first) & ~std::int64_t{1};
      const std::uint32_t* counts = masks_.counts + first;
      if (h < 2 || h >= boxes_height || w > UINT16_MAX || h * w > UINT16_MAX || left == 0) break;
      if (counts[1] == 0 || counts[left - 1] == 0 || first + left + 64 > limit) break;
      height_.set(h);
      ShortRows rows;
      for (; left > 64; left -= 64, counts += 64) rows.take(counts, ~__mmask32{0}, height_);
      rows.take(counts, ~__mmask32{0} >> (32 - left / 2), height_);
      _mm512_store_si512(extremes_[i - begin_], rows.extremes());
    }
    n_ = i - begin_;
    return n_;
  }

  void reduce() {
    const auto at = [&](std::int64_t i) { return _mm512_load_si512(extremes_[i]); };
    const auto pair = [](__m512i a, __m512i b) {  // quarters: top and above of a, then of b
      return _mm512_min_epu16(_mm512_shuffle_i64x2(a, b, 0x88), _mm512_shuffle_i64x2(a, b, 0xDD));
    };
    for (std::int64_t i = 0; i < n_; i += 4) {
      const __m512i a = pair(at(i), at(i + 1));
      const __m512i b = pair(at(i + 2), at(i + 3));
      __m512i x = _mm512_min_epu16(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
      x = _mm512_min_epu16(x, _mm512_shuffle_epi32(x, _MM_PERM_CDAB));
      x = _mm512_min_epu16(x, _mm512_srli_epi32(x, 16));
      _mm_store_si128(reinterpret_cast<__m128i*>(found_[i / 4]), _mm512_cvtepi64_epi16(x));
    }
  }

  void write(bool xywh, std::int64_t* boxes) {
    for (std::int64_t k = 0; k < n_; k++) {
      const std::int64_t i = begin_ + k;
      const std::int64_t h = masks_.sizes[2 * i];
      const std::uint16_t* const found = found_[k / 4] + (k % 2) * 4 + k % 4 / 2;
      const std::int64_t above = found[2];
      const std::int64_t top = above == 0 ? 0 : found[0];
      const std::int64_t bottom = above == 0 ? h : h + 1 - above;
      const std::int64_t n = masks_.offsets[i + 1] - masks_.offsets[i];
      const std::int64_t after = masks_.counts[masks_.offsets[i + 1] - 1] & -(n & 1);
      height_.set(h);
      const std::int64_t left = height_.column(masks_.counts[masks_.offsets[i]]);
      const std::int64_t right = height_.column(h * masks_.sizes[2 * i + 1] - after - 1) + 1;
      std::int64_t* const out = boxes + 4 * i;
      out[0] = left;
      out[1] = top;
      out[2] = right - (xywh ? left : 0);
      out[3] = bottom - (xywh ? top : 0);
    }
  }

 private:
  const RunColumns& masks_;
  std::int64_t begin_;
  std::int64_t n_ = 0;
  ShortHeight height_;
  alignas(64) std::uint16_t extremes_[most][32];
  alignas(16) std::uint16_t found_[most / 4][8];
};

}  // namespace

std::int64_t find_boxes_avx512(const RunColumns& masks, std::int64_t begin, std::int64_t end,
                               std::int64_t limit, bool xywh, std::int64_t* boxes) {
  Height height;
  for (std::int64_t i = begin; i < end; i++) {
    for (std::int64_t n = 1; n != 0; i += n) {
      ShortBoxes group(masks, i);
      n = group.scan(end, limit);
      group.reduce();
      group.write(xywh, boxes);
    }
    if (i == end) break;
    const std::int64_t first = masks.offsets[i];
    const std::int64_t n = masks.offsets[i + 1] - first;
    const std::uint32_t* const counts = masks.counts + first;
    const std::int64_t h = masks.sizes[2 * i];
    const std::int64_t w = masks.sizes[2 * i + 1];
    const std::int64_t paired = n & ~std::int64_t{1};
    if (h >= boxes_height || w >= boxes_area || h * w > boxes_area || paired == 0) return i;
    if (counts[1] == 0 || counts[paired - 1] == 0) return i;
    height.set(h);
    Rows rows(height);
    std::int64_t left = paired;
    const std::uint32_t* p = counts;
    for (; left > 32; left -= 32, p += 32) rows.take(p, ~std::uint32_t{0});
    rows.take(p, ~std::uint32_t{0} >> (32 - left));
    const RowRange found = rows.range(h);
    const std::int64_t after = counts[n - 1] & -(n & 1);
    const std::int64_t x = height.column(counts[0]);
    const std::int64_t right = height.column(h * w - after - 1) + 1;
    std::int64_t* const out = boxes + 4 * i;
    out[0] = x;
    out[1] = found.top;
    out[2] = right - (xywh ? x : 0);
    out[3] = found.bottom - (xywh ? found.top : 0);
  }
  return end;
}

}  // namespace me::kernels
