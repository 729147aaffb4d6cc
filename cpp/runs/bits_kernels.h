// Word-parallel kernels between arrays of values and rows of bits. Bit i % 64 of word i / 64 stands
// for value i; the unused high bits of the last word are zero. One set per CPU level.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// pack<B>: bit i says whether value i (B bytes each) is not zero, for i in [0, n).
// pack_above32: bit i says whether float i is above the threshold (NaN is not).
// unpack<B>: value i becomes `value` where bit i is set, else zero.
// difference: out[k] = words[k] ^ before[k], and any[k] |= out[k], for k in [0, n).
// count: the number of set bits of n words.
// transpose: the 64 x 64 bits of tile[0..64) mirrored: bit c of word r goes to bit r of word c.
struct BitKernels {
  void (*pack1)(const void* values, std::int64_t n, std::uint64_t* words);
  void (*pack2)(const void* values, std::int64_t n, std::uint64_t* words);
  void (*pack4)(const void* values, std::int64_t n, std::uint64_t* words);
  void (*pack8)(const void* values, std::int64_t n, std::uint64_t* words);
  void (*pack_above32)(const float* values, std::int64_t n, float threshold, std::uint64_t* words);
  void (*unpack1)(const std::uint64_t* words, std::int64_t n, std::uint64_t value, void* out);
  void (*unpack2)(const std::uint64_t* words, std::int64_t n, std::uint64_t value, void* out);
  void (*unpack4)(const std::uint64_t* words, std::int64_t n, std::uint64_t value, void* out);
  void (*unpack8)(const std::uint64_t* words, std::int64_t n, std::uint64_t value, void* out);
  void (*difference)(const std::uint64_t* words, const std::uint64_t* before, std::int64_t n,
                     std::uint64_t* out, std::uint64_t* any);
  std::int64_t (*count)(const std::uint64_t* words, std::int64_t n);
  void (*transpose)(std::uint64_t* tile);
};

extern const BitKernels bits_scalar;
extern const BitKernels bits_avx2;
extern const BitKernels bits_avx512;
extern const BitKernels bits_neon;

// The unused bits of the last word of n values are those outside this mask (n > 0).
constexpr std::uint64_t tail_mask(std::int64_t n) {
  return (n & 63) == 0 ? ~std::uint64_t{0} : (std::uint64_t{1} << (n & 63)) - 1;
}

}  // namespace me::kernels
