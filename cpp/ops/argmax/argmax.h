// argmax: scores of classes -> the best class of each pixel, and how unsure it is. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "base/view.h"

namespace me::cpu {

enum class ScoreType { f16, f32, f64, u8 };

// Scores of n frames; strides in bytes.
struct ScoreView {
  const char* data;
  ScoreType type;
  std::int64_t n, classes, height, width;
  std::int64_t item_stride, class_stride, row_stride, column_stride;
};

enum class Ties { first, last, none };  // none: a tie gets the label of pixels without class
enum class Unsure { share, lead, entropy };

struct ArgmaxOptions {
  bool logits = true;  // else probabilities, which are divided by their sum
  Ties ties = Ties::first;
  Unsure unsure = Unsure::lead;
  float threshold = 0;          // least share of the best class
  std::uint32_t none = 0;       // the label of pixels without class
  const std::uint32_t* labels;  // of each class
};

// Writes a label to each pixel of `out`, u8, u16 or u32, all in one piece; and, unless null, how
// unsure it is to `unsure`. Throws for a score that is refused, with its place; then what was
// written means nothing.
void argmax(const ScoreView& scores, const ArgmaxOptions& options, Element element, char* out,
            float* unsure, const Exec& exec);

}  // namespace me::cpu
