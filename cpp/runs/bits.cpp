#include "runs/bits.h"

#include <cstring>

namespace me::kernels {
namespace {

template <class T>
void pack(const void* values, std::int64_t n, std::uint64_t* words) {
  const T* in = static_cast<const T*>(values);
  for (std::int64_t i = 0; i < n; i += 64) {
    const std::int64_t end = n - i < 64 ? n - i : 64;
    std::uint64_t word = 0;
    for (std::int64_t k = 0; k < end; k++) word |= std::uint64_t{in[i + k] != 0} << k;
    words[i / 64] = word;
  }
}

void pack_above32(const float* values, std::int64_t n, float threshold, std::uint64_t* words) {
  for (std::int64_t i = 0; i < n; i += 64) {
    const std::int64_t end = n - i < 64 ? n - i : 64;
    std::uint64_t word = 0;
    for (std::int64_t k = 0; k < end; k++) word |= std::uint64_t{values[i + k] > threshold} << k;
    words[i / 64] = word;
  }
}

template <class T>
void unpack(const std::uint64_t* words, std::int64_t n, std::uint64_t value, void* out) {
  const T foreground = static_cast<T>(value);
  T* to = static_cast<T*>(out);
  for (std::int64_t i = 0; i < n; i++) {
    to[i] = ((words[i / 64] >> (i & 63)) & 1) != 0 ? foreground : T{0};
  }
}

void difference(const std::uint64_t* words, const std::uint64_t* before, std::int64_t n,
                std::uint64_t* out, std::uint64_t* any) {
  for (std::int64_t k = 0; k < n; k++) {
    out[k] = words[k] ^ before[k];
    any[k] |= out[k];
  }
}

// Adds neighbouring bits, then pairs, then nibbles; the product adds the bytes.
std::int64_t count(const std::uint64_t* words, std::int64_t n) {
  std::int64_t sum = 0;
  for (std::int64_t k = 0; k < n; k++) {
    std::uint64_t x = words[k];
    x -= x >> 1 & 0x5555555555555555;
    x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
    x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0F;
    sum += static_cast<std::int64_t>(x * 0x0101010101010101 >> 56);
  }
  return sum;
}

// Swaps ever smaller off-diagonal blocks (Hacker's Delight, section 7-3).
template <int J>
void swap_blocks(std::uint64_t* tile, std::uint64_t mask) {
  for (int base = 0; base < 64; base += 2 * J) {
    for (int r = base; r < base + J; r++) {
      const std::uint64_t t = ((tile[r] >> J) ^ tile[r + J]) & mask;
      tile[r] ^= t << J;
      tile[r + J] ^= t;
    }
  }
}

void transpose(std::uint64_t* tile) {
  swap_blocks<32>(tile, 0x00000000FFFFFFFF);
  swap_blocks<16>(tile, 0x0000FFFF0000FFFF);
  swap_blocks<8>(tile, 0x00FF00FF00FF00FF);
  swap_blocks<4>(tile, 0x0F0F0F0F0F0F0F0F);
  swap_blocks<2>(tile, 0x3333333333333333);
  swap_blocks<1>(tile, 0x5555555555555555);
}

}  // namespace

const BitKernels bits_scalar = {
    pack<std::uint8_t>,
    pack<std::uint16_t>,
    pack<std::uint32_t>,
    pack<std::uint64_t>,
    pack_above32,
    unpack<std::uint8_t>,
    unpack<std::uint16_t>,
    unpack<std::uint32_t>,
    unpack<std::uint64_t>,
    difference,
    count,
    transpose,
};

}  // namespace me::kernels
