#include <immintrin.h>

#include "runs/pixel_words_kernels.h"

namespace me::kernels {
namespace {

struct Avx2 {
  static std::uint64_t extract(std::uint64_t word, std::uint64_t mask) {
    return _pext_u64(word, mask);
  }
};

inline __m256i table(const unsigned char* entries, std::int64_t byte) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(entries + byte));
}

// The vector at p, of which the values in `live` may be read.
template <int bytes>
inline __m256i load(const char* p, std::uint64_t live) {
  if ((live >> (32 / bytes - 1) & 1) != 0) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  alignas(32) char part[32] = {};
  const int n = static_cast<int>(_mm_popcnt_u64(live)) * bytes;
  for (int i = 0; i < n; i++) part[i] = p[i];
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(part));
}

struct Bytes1 {
  static constexpr int bytes = 1;
  static __m256i all(std::uint64_t v) { return _mm256_set1_epi8(static_cast<char>(v)); }
  static __m256i sub(__m256i a, __m256i b) { return _mm256_sub_epi8(a, b); }
  static __m256i min(__m256i a, __m256i b) { return _mm256_min_epu8(a, b); }
  static std::uint64_t bits(__m256i m) {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(m));
  }
  static std::uint64_t at_most(__m256i a, __m256i b) {
    return bits(_mm256_cmpeq_epi8(min(a, b), a));
  }
};

struct Bytes2 {
  static constexpr int bytes = 2;
  static __m256i all(std::uint64_t v) { return _mm256_set1_epi16(static_cast<short>(v)); }
  static __m256i sub(__m256i a, __m256i b) { return _mm256_sub_epi16(a, b); }
  static __m256i min(__m256i a, __m256i b) { return _mm256_min_epu16(a, b); }
  static std::uint64_t at_most(__m256i a, __m256i b) {
    const __m256i m = _mm256_cmpeq_epi16(min(a, b), a);
    const __m128i narrow =
        _mm_packs_epi16(_mm256_castsi256_si128(m), _mm256_extracti128_si256(m, 1));
    return static_cast<std::uint32_t>(_mm_movemask_epi8(narrow));
  }
};

struct Bytes4 {
  static constexpr int bytes = 4;
  static __m256i all(std::uint64_t v) { return _mm256_set1_epi32(static_cast<int>(v)); }
  static __m256i sub(__m256i a, __m256i b) { return _mm256_sub_epi32(a, b); }
  static __m256i min(__m256i a, __m256i b) { return _mm256_min_epu32(a, b); }
  static std::uint64_t at_most(__m256i a, __m256i b) {
    const __m256i m = _mm256_cmpeq_epi32(min(a, b), a);
    return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(m)));
  }
};

struct Bytes8 {
  static constexpr int bytes = 8;
  static __m256i all(std::uint64_t v) { return _mm256_set1_epi64x(static_cast<long long>(v)); }
  static __m256i sub(__m256i a, __m256i b) { return _mm256_sub_epi64(a, b); }
  static __m256i above(__m256i a, __m256i b) {
    const __m256i top = all(std::uint64_t{1} << 63);
    return _mm256_cmpgt_epi64(_mm256_xor_si256(a, top), _mm256_xor_si256(b, top));
  }
  static __m256i min(__m256i a, __m256i b) { return _mm256_blendv_epi8(a, b, above(a, b)); }
  static std::uint64_t at_most(__m256i a, __m256i b) {
    return 0xFu ^ static_cast<std::uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(above(a, b))));
  }
};

template <class Values>
struct Range {
  using Cpu = Avx2;
  static constexpr int bytes = Values::bytes;
  static constexpr int lanes = 32 / bytes;
  static std::uint64_t test(const char* a, const char*, std::uint64_t live,
                            const PixelBounds& bounds, std::int64_t entry) {
    const __m256i above = Values::sub(load<bytes>(a, live), table(bounds.low, entry * bytes));
    return Values::at_most(above, table(bounds.high, entry * bytes));
  }
};

template <class Values>
struct Step {
  using Cpu = Avx2;
  static constexpr int bytes = Values::bytes;
  static constexpr int lanes = 32 / bytes;
  static std::uint64_t test(const char* a, const char* b, std::uint64_t live,
                            const PixelBounds& bounds, std::int64_t entry) {
    const __m256i flip = Values::all(bounds.flip);
    const __m256i p = _mm256_xor_si256(load<bytes>(a, live), flip);
    const __m256i q = _mm256_xor_si256(load<bytes>(b, live), flip);
    const __m256i low = Values::min(p, q);
    return Values::at_most(Values::sub(q, low), table(bounds.high, entry * bytes)) &
           Values::at_most(Values::sub(p, low), table(bounds.low, entry * bytes));
  }
};

struct RangeFloat {
  using Cpu = Avx2;
  static constexpr int bytes = 4;
  static constexpr int lanes = 8;
  static std::uint64_t test(const char* a, const char*, std::uint64_t live,
                            const PixelBounds& bounds, std::int64_t entry) {
    const __m256 v = _mm256_castsi256_ps(load<4>(a, live));
    const __m256 low = _mm256_castsi256_ps(table(bounds.low, entry * bytes));
    const __m256 high = _mm256_castsi256_ps(table(bounds.high, entry * bytes));
    return static_cast<std::uint32_t>(_mm256_movemask_ps(
        _mm256_and_ps(_mm256_cmp_ps(v, low, _CMP_GE_OQ), _mm256_cmp_ps(v, high, _CMP_LE_OQ))));
  }
};

struct RangeDouble {
  using Cpu = Avx2;
  static constexpr int bytes = 8;
  static constexpr int lanes = 4;
  static std::uint64_t test(const char* a, const char*, std::uint64_t live,
                            const PixelBounds& bounds, std::int64_t entry) {
    const __m256d v = _mm256_castsi256_pd(load<8>(a, live));
    const __m256d low = _mm256_castsi256_pd(table(bounds.low, entry * bytes));
    const __m256d high = _mm256_castsi256_pd(table(bounds.high, entry * bytes));
    return static_cast<std::uint32_t>(_mm256_movemask_pd(
        _mm256_and_pd(_mm256_cmp_pd(v, low, _CMP_GE_OQ), _mm256_cmp_pd(v, high, _CMP_LE_OQ))));
  }
};

inline std::uint64_t step_doubles(__m256d p, __m256d q, const PixelBounds& bounds,
                                  std::int64_t entry) {
  const __m256d low = _mm256_castsi256_pd(table(bounds.low, entry * 8));
  const __m256d high = _mm256_castsi256_pd(table(bounds.high, entry * 8));
  return static_cast<std::uint32_t>(
      _mm256_movemask_pd(_mm256_and_pd(_mm256_cmp_pd(_mm256_sub_pd(q, p), high, _CMP_LE_OQ),
                                       _mm256_cmp_pd(_mm256_sub_pd(p, q), low, _CMP_LE_OQ))));
}

struct StepFloat {
  using Cpu = Avx2;
  static constexpr int bytes = 4;
  static constexpr int lanes = 8;
  static std::uint64_t test(const char* a, const char* b, std::uint64_t live,
                            const PixelBounds& bounds, std::int64_t entry) {
    const __m256 p = _mm256_castsi256_ps(load<4>(a, live));
    const __m256 q = _mm256_castsi256_ps(load<4>(b, live));
    const std::uint64_t first =
        step_doubles(_mm256_cvtps_pd(_mm256_castps256_ps128(p)),
                     _mm256_cvtps_pd(_mm256_castps256_ps128(q)), bounds, entry);
    const std::uint64_t second =
        step_doubles(_mm256_cvtps_pd(_mm256_extractf128_ps(p, 1)),
                     _mm256_cvtps_pd(_mm256_extractf128_ps(q, 1)), bounds, entry + 4);
    return first | second << 4;
  }
};

struct StepDouble {
  using Cpu = Avx2;
  static constexpr int bytes = 8;
  static constexpr int lanes = 4;
  static std::uint64_t test(const char* a, const char* b, std::uint64_t live,
                            const PixelBounds& bounds, std::int64_t entry) {
    return step_doubles(_mm256_castsi256_pd(load<8>(a, live)),
                        _mm256_castsi256_pd(load<8>(b, live)), bounds, entry);
  }
};

}  // namespace

const PixelKernels pixels_avx2{
    {range_of<Range<Bytes1>>, range_of<Range<Bytes2>>, range_of<Range<Bytes4>>,
     range_of<Range<Bytes8>>, range_of<RangeFloat>, range_of<RangeDouble>},
    {step_of<Step<Bytes1>>, step_of<Step<Bytes2>>, step_of<Step<Bytes4>>, step_of<Step<Bytes8>>,
     step_of<StepFloat>, step_of<StepDouble>}};

}  // namespace me::kernels
