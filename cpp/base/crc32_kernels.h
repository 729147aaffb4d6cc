// The part of a CRC-32 that vectors take over.
#pragma once
#include <cstdint>

namespace me::kernels {

// Folds the first n bytes, a multiple of 64 and at least 64, that follow bytes of which `rest` is
// left, into 16 whose remainder is the same; those follow bytes of which nothing is left.
using FoldCrc = void (*)(const std::uint8_t* bytes, std::int64_t n, std::uint32_t rest,
                         std::uint8_t* folded);
void fold_crc_avx2(const std::uint8_t* bytes, std::int64_t n, std::uint32_t rest,
                   std::uint8_t* folded);

}  // namespace me::kernels
