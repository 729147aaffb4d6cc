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

}  // namespace

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
