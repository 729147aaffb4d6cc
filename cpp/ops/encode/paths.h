// What the ways to encode an image by rows share.
#pragma once
#include <cstdint>

#include "base/size.h"
#include "runs/bit_scan.h"
#include "runs/pack.h"

namespace me::cpu {

struct Item {
  const char* data;
  Size size;
  std::int64_t row_stride, column_stride;
};

// A vertical strip of an item: words [begin, begin + per_row) of columns, `width` pixels. `left` is
// the last pixel of the column left of it.
struct StripPlace {
  std::int64_t begin, per_row, width;
  std::uint64_t left;
};

// Lists the changes of a strip and sorts them by column. Gives up, with nothing written, where
// there are too many for that to pay.
bool encode_few_changes(const Item& item, const RowPacker& pack, const StripPlace& strip,
                        ChangeWriter& writer);

}  // namespace me::cpu
