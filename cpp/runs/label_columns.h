// A label map of any integer type and stride -> its stretches of equal labels, column by column.
#pragma once
#include <cstdint>

#include "base/numbering.h"
#include "runs/grouped.h"
#include "runs/row_lines.h"

namespace me {

// Stretch k has labels.values()[numbers[k]]; background, 0, has none.
struct LabelColumns {
  Buffer<Stretch> stretches;
  Buffer<std::uint32_t> numbers;
  Numbering labels;
};

LabelColumns label_columns(const DenseItem& map);

// Numbers the stretches anew, by the order of their labels, and gives these in that order. Leaves
// `labels` as they were.
Buffer<std::uint64_t> sort_labels(LabelColumns& columns, Element element);

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
