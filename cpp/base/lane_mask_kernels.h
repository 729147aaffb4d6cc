// Masks of vector lanes as bits. Included by files of AVX-512 alone.
#pragma once
#include <cstdint>

namespace me::kernels {

// A mask of 32 lanes as a word. GCC 12 may keep such a mask in four bytes of the stack and read
// eight of them as the word, the upper ones of which are whatever was there (seen at -O1 with
// -fsanitize=thread); so the mask goes through a general register first.
static inline std::uint64_t word_of(std::uint32_t mask) {
#if defined(__GNUC__)
  __asm__("" : "+r"(mask));
#endif
  return mask;
}

}  // namespace me::kernels
