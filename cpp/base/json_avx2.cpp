#include <immintrin.h>

#include "base/json_kernels.h"

namespace me::kernels {
namespace {

struct Block {  // a bit per byte
  std::uint64_t quotes, backslashes, opens, closes;
};

std::uint64_t bits(__m256i low, __m256i high) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(high))} << 32;
}

Block classify(const char* p) {
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 32));
  const auto equal = [](__m256i a, __m256i b, char c) {
    const __m256i wanted = _mm256_set1_epi8(c);
    return bits(_mm256_cmpeq_epi8(a, wanted), _mm256_cmpeq_epi8(b, wanted));
  };
  const __m256i bit = _mm256_set1_epi8(0x20);  // tells [ from { and ] from }
  const __m256i low_braces = _mm256_or_si256(low, bit);
  const __m256i high_braces = _mm256_or_si256(high, bit);
  return {equal(low, high, '"'), equal(low, high, '\\'), equal(low_braces, high_braces, '{'),
          equal(low_braces, high_braces, '}')};
}

// Bit i of the result is the parity of bits [0, i] of x.
std::uint64_t parities(std::uint64_t x) {
  for (int shift = 1; shift < 64; shift *= 2) x ^= x << shift;
  return x;
}

constexpr std::uint64_t none = 65;

// One by one; null when the block is done and the depth still above the floor.
const char* step(const char* p, const Block& block, JsonNesting* nesting) {
  std::uint64_t left = block.quotes | block.backslashes | block.opens | block.closes;
  std::uint64_t over = nesting->escaped ? 0 : none;  // the byte that an escape takes with it
  for (; left != 0; left &= left - 1) {
    const std::uint64_t i = _tzcnt_u64(left);
    const std::uint64_t here = left & (~left + 1);
    if (i == over) continue;
    if (nesting->in_string) {
      if ((block.backslashes & here) != 0) over = i + 1;
      if ((block.quotes & here) != 0) nesting->in_string = false;
    } else if ((block.quotes & here) != 0) {
      nesting->in_string = true;
    } else if ((block.opens & here) != 0) {
      nesting->depth++;
    } else if ((block.closes & here) != 0) {
      if (nesting->depth - 1 == nesting->floor) {
        nesting->escaped = false;
        return p + i;
      }
      nesting->depth--;
    }
  }
  nesting->escaped = over == 64;
  return nullptr;
}

std::uint64_t where(__m256i low, __m256i high, char c) {
  const __m256i wanted = _mm256_set1_epi8(c);
  return bits(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
}

constexpr double powers_of_ten[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};

// Reads the number p[0, length), of one to eight characters; eight can be read. All its digits
// become one integer, which is divided by a power of ten; both are exact, so the result is rounded
// correctly. Gives false where it is no plain decimal.
bool read_decimal(const char* p, int length, DecimalList* list) {
  std::uint64_t word;
  __builtin_memcpy(&word, p, 8);
  word ^= 0x3030303030303030u;  // digits are now 0 to 9
  const bool zero_first = (word & 0xff) == 0;
  word <<= 8 * (8 - length);  // leading zeros
  // The high bit of each byte that is above 9.
  const std::uint64_t others =
      (((word & 0x7f7f7f7f7f7f7f7fu) + 0x7676767676767676u) | word) & 0x8080808080808080u;
  int fraction_digits = 0;
  if (others != 0) {
    const int at = static_cast<int>(_tzcnt_u64(others)) - 7;  // bits before the point
    fraction_digits = 7 - at / 8;
    const int whole_digits = length - 1 - fraction_digits;
    if ((others & (others - 1)) != 0 || (word >> at & 0xff) != ('.' ^ '0') ||
        fraction_digits == 0 || whole_digits == 0 || (zero_first && whole_digits > 1)) {
      return false;
    }
    const std::uint64_t low = (std::uint64_t{1} << at) - 1;
    list->whole_with_point |= word >> at >> 8 == 0 ? 1 : 0;
    word = (word & low) << 8 | (word & (~low << 8));
  } else {
    if (zero_first && length > 1) return false;
    list->whole_without = 1;
  }
  word = word * 10 + (word >> 8);
  word = (((word & 0x000000ff000000ffu) * 0x000f424000000064u) +
          (((word >> 16) & 0x000000ff000000ffu) * 0x0000271000000001u)) >>
         32;
  *list->to++ =
      static_cast<double>(static_cast<std::uint32_t>(word)) / powers_of_ten[fraction_digits];
  return true;
}

// A list's characters in a block, a bit each.
struct ListBlock {
  std::uint64_t commas, points, blanks;
};

// The values of digits, four times eight of them, over a power of ten each; false where a byte is
// no digit. The first digit of eight is in the lowest byte.
bool divide(__m256i digits, const double* powers[4], double* to) {
  const __m256i nine = _mm256_set1_epi8(9);
  const __m256i right = _mm256_cmpeq_epi8(_mm256_max_epu8(digits, nine), nine);
  if (_mm256_movemask_epi8(right) != -1) return false;
  const __m256i pairs = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(1 << 8 | 10));
  const __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi32(1 << 16 | 100));
  const __m256i eights = _mm256_add_epi64(_mm256_mul_epu32(fours, _mm256_set1_epi64x(10000)),
                                          _mm256_srli_epi64(fours, 32));
  const __m256d offset = _mm256_set1_pd(0x1p52);  // whole numbers above it have a bit each
  const __m256d whole = _mm256_sub_pd(
      _mm256_castsi256_pd(_mm256_or_si256(eights, _mm256_castpd_si256(offset))), offset);
  const __m256d power = _mm256_setr_pd(*powers[0], *powers[1], *powers[2], *powers[3]);
  _mm256_storeu_pd(to, _mm256_div_pd(whole, power));
  return true;
}

// Reads four numbers with a point as read_decimal does, of a block with four commas or more, from
// *begin on. Gives false, and nothing is done, where one of them is of another kind.
bool read_four(const char* p, const ListBlock& block, int* begin, DecimalList* list) {
  std::uint64_t commas = block.commas;
  std::uint64_t points = block.points >> *begin << *begin;
  std::uint64_t words[4];
  std::int64_t lengths[4];
  std::int64_t fractions[4];
  const double* powers[4];
  bool good = true;
  int at = *begin;
  for (int k = 0; k < 4; k++) {
    const int comma = static_cast<int>(_tzcnt_u64(commas));
    const int point = static_cast<int>(_tzcnt_u64(points));
    commas &= commas - 1;
    points &= points - 1;
    lengths[k] = comma - at;
    fractions[k] = comma - point - 1;
    good = good & (lengths[k] <= 8) & (point > at) & (fractions[k] > 0) &
           ((p[at] != '0') | (point == at + 1));
    powers[k] = powers_of_ten + (fractions[k] & 7);
    __builtin_memcpy(words + k, p + at, 8);
    at = comma + 1 + static_cast<int>(block.blanks >> comma >> 1 & 1);
  }
  if (!good) return false;
  const auto vector = [](const auto* v) {
    return _mm256_setr_epi64x(static_cast<long long>(v[0]), static_cast<long long>(v[1]),
                              static_cast<long long>(v[2]), static_cast<long long>(v[3]));
  };
  const __m256i eight = _mm256_set1_epi64x(8);
  const __m256i fraction = _mm256_slli_epi64(vector(fractions), 3);  // in bits
  const __m256i unused = _mm256_slli_epi64(_mm256_sub_epi64(eight, vector(lengths)), 3);
  // digits are now 0 to 9, the last one in the highest byte
  const __m256i token =
      _mm256_sllv_epi64(_mm256_xor_si256(vector(words), _mm256_set1_epi8('0')), unused);
  const __m256i from_point =
      _mm256_sllv_epi64(_mm256_set1_epi64x(-1), _mm256_sub_epi64(_mm256_set1_epi64x(56), fraction));
  const __m256i after = _mm256_and_si256(token, _mm256_slli_epi64(from_point, 8));
  const __m256i before = _mm256_slli_epi64(_mm256_andnot_si256(from_point, token), 8);
  if (!divide(_mm256_or_si256(before, after), powers, list->to)) return false;
  const __m256i whole = _mm256_cmpeq_epi64(after, _mm256_setzero_si256());
  list->whole_with_point |= _mm256_movemask_epi8(whole);
  list->to += 4;
  *begin = at;
  return true;
}

}  // namespace

const char* take_decimals_avx2(const char* p, const char* end, DecimalList* list) {
  DecimalList taken = *list;  // in registers
  bool good = true;
  while (good && end - p >= 72 && taken.end - taken.to >= decimals_in_block) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 32));
    ListBlock block{where(low, high, ','), where(low, high, '.'), where(low, high, ' ')};
    int begin = 0;
    while (_mm_popcnt_u64(block.commas) >= 4 && read_four(p, block, &begin, &taken)) {
      for (int k = 0; k < 4; k++) block.commas &= block.commas - 1;
    }
    if (begin == 0) {  // few or other numbers: one by one
      for (; block.commas != 0; block.commas &= block.commas - 1) {
        const int comma = static_cast<int>(_tzcnt_u64(block.commas));
        const int length = comma - begin;
        good = length > 0 && length <= 8 && read_decimal(p + begin, length, &taken);
        if (!good) break;
        begin = comma + 1 + static_cast<int>(block.blanks >> comma >> 1 & 1);
      }
    }
    if (begin == 0) break;
    p += begin;
    if (begin == 64 && *p == ' ') p++;
  }
  *list = taken;
  return p;
}

const char* skip_nested_avx2(const char* p, const char* end, JsonNesting* nesting) {
  for (; end - p >= 64; p += 64) {
    const Block block = classify(p);
    // From the opening quote on, up to the closing one.
    const std::uint64_t text =
        parities(block.quotes) ^ (nesting->in_string ? ~std::uint64_t{0} : 0);
    const std::int64_t closes = _mm_popcnt_u64(block.closes & ~text);
    if (block.backslashes != 0 || nesting->escaped || nesting->depth - closes <= nesting->floor) {
      if (const char* stop = step(p, block, nesting)) return stop;
      continue;
    }
    nesting->depth += static_cast<std::int64_t>(_mm_popcnt_u64(block.opens & ~text)) - closes;
    nesting->in_string = (text >> 63) != 0;
  }
  return p;
}

}  // namespace me::kernels
