// Kernels that pick bits out of words.
#pragma once
#include <cstdint>

namespace me::kernels {

// Writes the bits of n words whose places are set in `chosen`, one behind the other, and one word
// more than they fill.
using PickBits = void (*)(const std::uint64_t* words, const std::uint64_t* chosen, std::int64_t n,
                          std::uint64_t* out);

void pick_bits_avx2(const std::uint64_t* words, const std::uint64_t* chosen, std::int64_t n,
                    std::uint64_t* out);

}  // namespace me::kernels
