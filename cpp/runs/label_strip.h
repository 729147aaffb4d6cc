// Some columns of a label map of any integer type and stride -> their stretches of equal labels.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "base/numbering.h"
#include "runs/row_lines.h"

namespace me {

// Pixels [begin, end) of a strip, in the order of runs.
struct LabelStretch {
  std::uint32_t begin, end;
  std::uint32_t number;
};

// In the order of runs. A stretch has label labels.values()[number]; background, 0, has none.
struct LabelStrip {
  Buffer<LabelStretch> stretches;
  Numbering labels;
};

// Columns to a strip of a map with pixels, when threads share strips: positions in one fit 32 bits.
std::int64_t columns_of_strip(const DenseItem& map, const Exec& exec);

// Columns [x, x + columns) of a map, as far as it has them; columns <= columns_of_strip().
LabelStrip label_strip(const DenseItem& map, std::int64_t x, std::int64_t columns);

}  // namespace me
