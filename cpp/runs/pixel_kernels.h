// Tests of pixels against bounds, and of steps between neighbours. One set per CPU level.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// Bounds for pixels of 1 to 4 interleaved values. The tables repeat: entry k is that of channel
// k % channels, so a vector that starts at value i of a row finds its bounds at i % channels, or
// any multiple of `channels` later.
struct PixelBounds {
  alignas(64) unsigned char low[512];
  alignas(64) unsigned char high[512];
  std::int64_t channels = 1;
  std::uint64_t flip =
      0;  // steps of signed integers: their highest bit, which orders them as unsigned
};

// Bit i % 64 of word i / 64 says whether all values of pixel i pass; the unused high bits of the
// last word are zero. Values need not be aligned.
//
// A range holds value v of an integer when v - low <= high, both modulo 2^bits and unsigned: `high`
// is the width of the range. A float must lie in [low, high]; NaN does not.
using RangeKernel = void (*)(const void* values, std::int64_t pixels, const PixelBounds& bounds,
                             std::uint64_t* words);
// A step from p to q holds when q - p <= high and p - q <= low: exactly for integers, in float64
// for floats, whose tables hold float64. NaN is reached by no step.
using StepKernel = void (*)(const void* from, const void* to, std::int64_t pixels,
                            const PixelBounds& bounds, std::uint64_t* words);

// By kind of value: integers of 1, 2, 4, 8 bytes, float32, float64.
inline constexpr int pixel_kinds = 6;
struct PixelKernels {
  RangeKernel range[pixel_kinds];
  StepKernel step[pixel_kinds];
};

extern const PixelKernels pixels_scalar;
extern const PixelKernels pixels_avx2;
extern const PixelKernels pixels_avx512;

}  // namespace me::kernels
