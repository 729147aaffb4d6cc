// The highest of several scores, pixel by pixel, and how sure that choice is. One set per CPU
// level; all are compiled from argmax_loops_kernels.h, so that they give the same bits.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// Pixels that are taken at a time: what is known of them stays in the first cache, their scores in
// the second. Blocks of 512 took 27 ms instead of 24.5 for 19 classes of 2048 x 1024, of 4096 31.
inline constexpr std::int64_t argmax_block = 2048;

// Scores of `classes` classes of n <= argmax_block pixels: those of class c start at
// scores + c * stride.
template <class T>
struct ScoreBlock {
  const T* scores;
  std::int64_t stride;  // in values
  std::int64_t classes, n;
};

// What is known of each pixel of a block.
template <class T>
struct BestScores {
  T best[argmax_block];
  T second[argmax_block];  // the next one, equal for a tie; the lowest value with one class alone
  std::uint32_t index[argmax_block];  // class of the best; of equal ones the first
  float sum[argmax_block];            // of exp(score - best), or of probabilities
  float spread[argmax_block];         // of exp(d) * d with d = score - best, or of p * log(p)
};

// first: fills best, second and index; the last of equal ones when `backwards`. Returns whether all
//   scores are fine: no NaN, none infinite (logits may be minus infinity); probabilities at least
//   0.
// sums: fills sum and, when `entropy`, spread.
// unsure: 0 for sure to 1 for not at all: 1 minus the share of the best class, 1 minus its lead
//   on the second, or the entropy of the shares divided by that of equal ones.
template <class T>
struct ScoreKernels {
  bool (*first)(const ScoreBlock<T>& block, bool logits, bool backwards, BestScores<T>& out);
  void (*sums)(const ScoreBlock<T>& block, bool logits, bool entropy, BestScores<T>& out);
  void (*unsure[3])(const BestScores<T>& found, std::int64_t n, std::int64_t classes, bool logits,
                    float* out);
};

// widen_half: n float16 -> float32. widen_bytes: n uint8 -> float32.
struct ArgmaxKernels {
  ScoreKernels<float> f32;
  ScoreKernels<double> f64;
  void (*widen_half)(const std::uint16_t* from, std::int64_t n, float* to);
  void (*widen_bytes)(const std::uint8_t* from, std::int64_t n, float* to);
};

extern const ArgmaxKernels argmax_scalar;
extern const ArgmaxKernels argmax_avx2;
extern const ArgmaxKernels argmax_avx512;

}  // namespace me::kernels
