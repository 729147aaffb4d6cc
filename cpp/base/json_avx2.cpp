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

}  // namespace

const char* take_decimals_avx2(const char* p, const char* end, DecimalList* list) {
  DecimalList taken = *list;  // in registers
  bool good = true;
  while (good && end - p >= 72 && taken.end - taken.to >= decimals_in_block) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 32));
    const std::uint64_t blanks = where(low, high, ' ');
    std::uint64_t commas = where(low, high, ',');
    int begin = 0;
    for (; commas != 0; commas &= commas - 1) {
      const int comma = static_cast<int>(_tzcnt_u64(commas));
      const int length = comma - begin;
      good = length > 0 && length <= 8 && read_decimal(p + begin, length, &taken);
      if (!good) break;
      begin = comma + 1 + static_cast<int>(blanks >> comma >> 1 & 1);
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
