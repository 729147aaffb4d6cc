#include <immintrin.h>

#include "base/lane_mask_kernels.h"
#include "ops/joint/joint_kernels.h"

namespace me::kernels {
namespace {

inline __m512i load(const char* p) { return _mm512_loadu_si512(p); }

// Values of B bytes, and the vector of those before them: which differ from the one before. Narrow
// values are read again one place earlier, wide ones moved by a place: half the loads.
template <int B>
inline std::uint64_t differ_vector(const char* here, __m512i& before) {
  const __m512i now = load(here);
  if constexpr (B == 1) return _mm512_cmpneq_epi8_mask(now, load(here - 1));
  if constexpr (B == 2) return word_of(_mm512_cmpneq_epi16_mask(now, load(here - 2)));
  const __m512i last = before;
  before = now;
  if constexpr (B == 4) return _mm512_cmpneq_epi32_mask(now, _mm512_alignr_epi32(now, last, 15));
  return _mm512_cmpneq_epi64_mask(now, _mm512_alignr_epi64(now, last, 7));
}

// The first 64 of them: the first has none before it that may be read.
template <int B>
inline std::uint64_t first_word(const char* here) {
  if constexpr (B == 1) {
    const __mmask64 rest = ~__mmask64{1};
    const __m512i before = _mm512_maskz_loadu_epi8(rest, here - 1);
    return _mm512_mask_cmpneq_epi8_mask(rest, load(here), before);
  }
  const __mmask32 rest = ~__mmask32{1};
  const __m512i before = _mm512_maskz_loadu_epi16(rest, here - 2);
  const std::uint64_t low = word_of(_mm512_mask_cmpneq_epi16_mask(rest, load(here), before));
  const std::uint64_t high = word_of(_mm512_cmpneq_epi16_mask(load(here + 64), load(here + 62)));
  return low | high << 32;
}

template <class T>
void add_changes(const void* values, std::int64_t n, std::uint64_t* words) {
  constexpr int B = sizeof(T);
  const T* in = static_cast<const T*>(values);
  const char* at = static_cast<const char*>(values);
  std::int64_t i = 1;
  std::int64_t w = 0;
  if constexpr (B <= 2) {
    if (n >= 64) {
      words[w++] |= first_word<B>(at);
      i = 64;
    }
  }
  __m512i before = _mm512_setzero_si512();
  for (; 64 * (w + 1) <= n; w++) {
    std::uint64_t word = 0;
    for (int k = 0; k < B; k++) {
      word |= differ_vector<B>(at + 64 * (B * w + k), before) << (64 / B * k);
    }
    words[w] |= word;
    i = 64 * (w + 1);
  }
  for (; i < n; i++) words[i / 64] |= std::uint64_t{in[i] != in[i - 1]} << (i & 63);
}

// Where a ^ b or `more` has a bit. Lanes of 32 bits in all calls: GCC loads a vector again for each
// width it is read with.
inline __m512i differ(__m512i more, __m512i a, __m512i b) {
  return _mm512_ternarylogic_epi32(more, a, b, 0xF6);
}

// Which of the pairs of B bytes in a vector are not zero.
template <int B>
inline std::uint64_t lanes_set(__m512i bits) {
  if constexpr (B == 2) return word_of(_mm512_test_epi16_mask(bits, bits));
  return std::uint64_t{_mm512_test_epi32_mask(bits, bits)};
}

// Which of 64 pairs of values of two rows, of which `live` ones may be read, differ from the pair
// before.
template <int B>
inline std::uint64_t some_pairs(const char* a, const char* b, std::uint64_t live) {
  std::uint64_t word = 0;
  for (int k = 0; k < B && live >> (64 / B * k) != 0; k++, a += 64, b += 64) {
    const int at = 64 / B * k;
    const std::uint64_t part = live >> at;
    const auto read = [part](const char* p) {
      if constexpr (B == 2) return _mm512_maskz_loadu_epi16(static_cast<__mmask32>(part), p);
      return _mm512_maskz_loadu_epi32(static_cast<__mmask16>(part), p);
    };
    const __m512i of_a = _mm512_xor_si512(read(a), read(a - B));
    word |= lanes_set<B>(differ(of_a, read(b), read(b - B))) << at;
  }
  return word;
}

// The vectors that were read last of two rows.
struct Last {
  __m512i a, b;
};

// The same of 64 pairs, and of those before them the last vectors. Words are moved by a place, not
// read again one place earlier, which would cross a cache line each time: 2048 x 1024 of them from
// the third cache 256 us, where that took 270 and reading alone 250.
template <int B>
inline std::uint64_t all_pairs(const char* a, const char* b, Last& last) {
  std::uint64_t word = 0;
  for (int k = 0; k < B; k++, a += 64, b += 64) {
    const auto before = [](const char* p, __m512i now, __m512i left) {
      if constexpr (B == 2) return load(p - 2);
      return _mm512_alignr_epi32(now, left, 15);
    };
    const Last now{load(a), load(b)};
    const __m512i of_a = _mm512_xor_si512(now.a, before(a, now.a, last.a));
    word |= lanes_set<B>(differ(of_a, now.b, before(b, now.b, last.b))) << (64 / B * k);
    last = now;
  }
  return word;
}

// Most words have two bits or fewer: these are written without asking, in one piece, which GCC
// would put together in vectors otherwise.
inline std::int64_t list_bits(std::uint64_t word, std::int64_t base, std::uint32_t* out) {
  const auto next = [&word, base] {
    const auto place =
        static_cast<std::uint32_t>(base + static_cast<std::int64_t>(_tzcnt_u64(word)));
    word = _blsr_u64(word);
    return place;
  };
  const auto bits = static_cast<std::int64_t>(_mm_popcnt_u64(word));
  const std::uint64_t first = next();
  const std::uint64_t both = first | std::uint64_t{next()} << 32;
  _mm_storel_epi64(reinterpret_cast<__m128i*>(out),
                   _mm_cvtsi64_si128(static_cast<long long>(both)));
  for (std::int64_t k = 2; k < bits; k++) out[k] = next();
  return bits;
}

template <int B>
std::int64_t pair_starts(const void* first, const void* second, std::int64_t n, bool before,
                         std::uint32_t* out) {
  const char* a = static_cast<const char*>(first);
  const char* b = static_cast<const char*>(second);
  const auto low = [](std::int64_t bits) {
    return bits < 64 ? (std::uint64_t{1} << bits) - 1 : ~std::uint64_t{0};
  };
  std::int64_t i = 0;
  std::int64_t count = 0;
  std::uint64_t start = 1;
  if (!before || n < 64) {
    i = n < 64 ? n : 64;
    count = list_bits(some_pairs<B>(a, b, low(i) - 1) | start, 0, out);
    start = 0;
  }
  if (i + 64 <= n) {
    Last last{load(a + i * B - 64), load(b + i * B - 64)};
    for (; i + 64 <= n; i += 64, start = 0) {
      count += list_bits(all_pairs<B>(a + i * B, b + i * B, last) | start, i, out + count);
    }
  }
  if (i < n) count += list_bits(some_pairs<B>(a + i * B, b + i * B, low(n - i)), i, out + count);
  return count;
}

}  // namespace

const PairStarts pair_starts_avx512[4] = {nullptr, pair_starts<2>, pair_starts<4>, nullptr};

const AddChanges add_changes_avx512[4] = {add_changes<std::uint8_t>, add_changes<std::uint16_t>,
                                          add_changes<std::uint32_t>, add_changes<std::uint64_t>};

}  // namespace me::kernels
