#include <arm_neon.h>

#include "runs/bits_kernels.h"

namespace me::kernels {
namespace {

template <class T>
std::uint64_t pack_tail(const T* in, std::int64_t n) {
  std::uint64_t word = 0;
  for (std::int64_t k = 0; k < n; k++) word |= std::uint64_t{in[k] != 0} << k;
  return word;
}

// Sixteen bytes of 0 or 255 -> sixteen bits, by adding neighbours that carry distinct bits.
inline std::uint64_t movemask(uint8x16_t set) {
  const uint8x16_t bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t chosen = vandq_u8(set, bit);
  return static_cast<std::uint64_t>(vaddv_u8(vget_low_u8(chosen))) |
         static_cast<std::uint64_t>(vaddv_u8(vget_high_u8(chosen))) << 8;
}

void pack1(const void* values, std::int64_t n, std::uint64_t* words) {
  const auto* in = static_cast<const std::uint8_t*>(values);
  std::int64_t i = 0;
  for (; i + 64 <= n; i += 64) {
    std::uint64_t word = 0;
    for (int k = 0; k < 64; k += 16) {
      const uint8x16_t v = vld1q_u8(in + i + k);
      word |= movemask(vtstq_u8(v, v)) << k;
    }
    words[i / 64] = word;
  }
  if (i < n) words[i / 64] = pack_tail(in + i, n - i);
}

template <class T>
void pack(const void* values, std::int64_t n, std::uint64_t* words) {
  const auto* in = static_cast<const T*>(values);
  for (std::int64_t i = 0; i < n; i += 64) {
    words[i / 64] = pack_tail(in + i, n - i < 64 ? n - i : 64);
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
  auto* to = static_cast<T*>(out);
  const T foreground = static_cast<T>(value);
  for (std::int64_t i = 0; i < n; i++) {
    to[i] = static_cast<T>(foreground & static_cast<T>(-((words[i / 64] >> (i & 63)) & 1)));
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

template <int J>
inline void swap_blocks(std::uint64_t* tile, std::uint64_t low_half) {
  for (int base = 0; base < 64; base += 2 * J) {
    for (int r = base; r < base + J; r++) {
      const std::uint64_t t = ((tile[r] >> J) ^ tile[r + J]) & low_half;
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

const BitKernels bits_neon = {pack1,
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
                              transpose};

}  // namespace me::kernels
