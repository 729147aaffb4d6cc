// A label map of any integer type and stride -> the stretches of columns of each label.
#pragma once
#include <cstdint>

#include "runs/row_lines.h"

namespace me {

// Pixels [y0, y1) of column x.
struct Block {
  std::uint32_t x, y0, y1;
};

// The stretches of label ids[k] are blocks[offsets[k], offsets[k + 1]), in the order of columns;
// ids ascend.
struct LabelBlocks {
  Buffer<Block> blocks;  // and one more, without meaning
  Buffer<std::int64_t> offsets;
  Buffer<std::uint64_t> ids;
};

LabelBlocks label_blocks(const DenseItem& map);

}  // namespace me
