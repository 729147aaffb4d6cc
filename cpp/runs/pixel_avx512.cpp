#include <immintrin.h>

#include "base/lane_mask_kernels.h"
#include "runs/pixel_words_kernels.h"

namespace me::kernels {
namespace {

struct Avx512 {
  static std::uint64_t extract(std::uint64_t word, std::uint64_t mask) {
    return _pext_u64(word, mask);
  }
};

inline __m512i table(const unsigned char* entries, std::int64_t byte) {
  return _mm512_loadu_si512(entries + byte);
}

struct Bytes1 {
  static constexpr int bytes = 1;
  static __m512i load(const char* p, std::uint64_t live) {
    return ~live == 0 ? _mm512_loadu_si512(p) : _mm512_maskz_loadu_epi8(live, p);
  }
  static __m512i all(std::uint64_t v) { return _mm512_set1_epi8(static_cast<char>(v)); }
  static __m512i sub(__m512i a, __m512i b) { return _mm512_sub_epi8(a, b); }
  static __m512i min(__m512i a, __m512i b) { return _mm512_min_epu8(a, b); }
  static std::uint64_t at_most(__m512i a, __m512i b) { return _mm512_cmple_epu8_mask(a, b); }
};

struct Bytes2 {
  static constexpr int bytes = 2;
  static __m512i load(const char* p, std::uint64_t live) {
    const auto part = static_cast<__mmask32>(live);
    return live == 0xFFFFFFFF ? _mm512_loadu_si512(p) : _mm512_maskz_loadu_epi16(part, p);
  }
  static __m512i all(std::uint64_t v) { return _mm512_set1_epi16(static_cast<short>(v)); }
  static __m512i sub(__m512i a, __m512i b) { return _mm512_sub_epi16(a, b); }
  static __m512i min(__m512i a, __m512i b) { return _mm512_min_epu16(a, b); }
  static std::uint64_t at_most(__m512i a, __m512i b) {
    return word_of(_mm512_cmple_epu16_mask(a, b));
  }
};

struct Bytes4 {
  static constexpr int bytes = 4;
  static __m512i load(const char* p, std::uint64_t live) {
    const auto part = static_cast<__mmask16>(live);
    return live == 0xFFFF ? _mm512_loadu_si512(p) : _mm512_maskz_loadu_epi32(part, p);
  }
  static __m512i all(std::uint64_t v) { return _mm512_set1_epi32(static_cast<int>(v)); }
  static __m512i sub(__m512i a, __m512i b) { return _mm512_sub_epi32(a, b); }
  static __m512i min(__m512i a, __m512i b) { return _mm512_min_epu32(a, b); }
  static std::uint64_t at_most(__m512i a, __m512i b) { return _mm512_cmple_epu32_mask(a, b); }
};

struct Bytes8 {
  static constexpr int bytes = 8;
  static __m512i load(const char* p, std::uint64_t live) {
    const auto part = static_cast<__mmask8>(live);
    return live == 0xFF ? _mm512_loadu_si512(p) : _mm512_maskz_loadu_epi64(part, p);
  }
  static __m512i all(std::uint64_t v) { return _mm512_set1_epi64(static_cast<long long>(v)); }
  static __m512i sub(__m512i a, __m512i b) { return _mm512_sub_epi64(a, b); }
  static __m512i min(__m512i a, __m512i b) { return _mm512_min_epu64(a, b); }
  static std::uint64_t at_most(__m512i a, __m512i b) { return _mm512_cmple_epu64_mask(a, b); }
};

template <class Values>
struct Range {
  using Cpu = Avx512;
  static constexpr int bytes = Values::bytes;
  static constexpr int lanes = 64 / bytes;
  static std::uint64_t test(const char* a, const char*, std::uint64_t live,
                            const PixelBounds& bounds, std::int64_t entry) {
    const __m512i above = Values::sub(Values::load(a, live), table(bounds.low, entry * bytes));
    return Values::at_most(above, table(bounds.high, entry * bytes));
  }
};

template <class Values>
struct Step {
  using Cpu = Avx512;
  static constexpr int bytes = Values::bytes;
  static constexpr int lanes = 64 / bytes;
  static std::uint64_t test(const char* a, const char* b, std::uint64_t live,
                            const PixelBounds& bounds, std::int64_t entry) {
    const __m512i flip = Values::all(bounds.flip);
    const __m512i p = _mm512_xor_si512(Values::load(a, live), flip);
    const __m512i q = _mm512_xor_si512(Values::load(b, live), flip);
    const __m512i low = Values::min(p, q);
    return Values::at_most(Values::sub(q, low), table(bounds.high, entry * bytes)) &
           Values::at_most(Values::sub(p, low), table(bounds.low, entry * bytes));
  }
};

struct RangeFloat {
  using Cpu = Avx512;
  static constexpr int bytes = 4;
  static constexpr int lanes = 16;
  static std::uint64_t test(const char* a, const char*, std::uint64_t live,
                            const PixelBounds& bounds, std::int64_t entry) {
    const __m512 v = _mm512_castsi512_ps(Bytes4::load(a, live));
    const __m512 low = _mm512_castsi512_ps(table(bounds.low, entry * bytes));
    const __m512 high = _mm512_castsi512_ps(table(bounds.high, entry * bytes));
    return static_cast<std::uint64_t>(_mm512_cmp_ps_mask(v, low, _CMP_GE_OQ) &
                                      _mm512_cmp_ps_mask(v, high, _CMP_LE_OQ));
  }
};

struct RangeDouble {
  using Cpu = Avx512;
  static constexpr int bytes = 8;
  static constexpr int lanes = 8;
  static std::uint64_t test(const char* a, const char*, std::uint64_t live,
                            const PixelBounds& bounds, std::int64_t entry) {
    const __m512d v = _mm512_castsi512_pd(Bytes8::load(a, live));
    const __m512d low = _mm512_castsi512_pd(table(bounds.low, entry * bytes));
    const __m512d high = _mm512_castsi512_pd(table(bounds.high, entry * bytes));
    return static_cast<std::uint64_t>(_mm512_cmp_pd_mask(v, low, _CMP_GE_OQ) &
                                      _mm512_cmp_pd_mask(v, high, _CMP_LE_OQ));
  }
};

inline std::uint64_t step_doubles(__m512d p, __m512d q, const PixelBounds& bounds,
                                  std::int64_t entry) {
  const __m512d low = _mm512_castsi512_pd(table(bounds.low, entry * 8));
  const __m512d high = _mm512_castsi512_pd(table(bounds.high, entry * 8));
  return static_cast<std::uint64_t>(_mm512_cmp_pd_mask(_mm512_sub_pd(q, p), high, _CMP_LE_OQ) &
                                    _mm512_cmp_pd_mask(_mm512_sub_pd(p, q), low, _CMP_LE_OQ));
}

struct StepFloat {
  using Cpu = Avx512;
  static constexpr int bytes = 4;
  static constexpr int lanes = 16;
  static std::uint64_t test(const char* a, const char* b, std::uint64_t live,
                            const PixelBounds& bounds, std::int64_t entry) {
    const __m512i p = Bytes4::load(a, live);
    const __m512i q = Bytes4::load(b, live);
    const auto wide = [](__m256i half) { return _mm512_cvtps_pd(_mm256_castsi256_ps(half)); };
    const std::uint64_t first = step_doubles(wide(_mm512_castsi512_si256(p)),
                                             wide(_mm512_castsi512_si256(q)), bounds, entry);
    const std::uint64_t second =
        step_doubles(wide(_mm512_extracti64x4_epi64(p, 1)), wide(_mm512_extracti64x4_epi64(q, 1)),
                     bounds, entry + 8);
    return first | second << 8;
  }
};

struct StepDouble {
  using Cpu = Avx512;
  static constexpr int bytes = 8;
  static constexpr int lanes = 8;
  static std::uint64_t test(const char* a, const char* b, std::uint64_t live,
                            const PixelBounds& bounds, std::int64_t entry) {
    return step_doubles(_mm512_castsi512_pd(Bytes8::load(a, live)),
                        _mm512_castsi512_pd(Bytes8::load(b, live)), bounds, entry);
  }
};

}  // namespace

const PixelKernels pixels_avx512{
    {range_of<Range<Bytes1>>, range_of<Range<Bytes2>>, range_of<Range<Bytes4>>,
     range_of<Range<Bytes8>>, range_of<RangeFloat>, range_of<RangeDouble>},
    {step_of<Step<Bytes1>>, step_of<Step<Bytes2>>, step_of<Step<Bytes4>>, step_of<Step<Bytes8>>,
     step_of<StepFloat>, step_of<StepDouble>}};

}  // namespace me::kernels
