// What the ways to encode an image by rows share.
#pragma once
#include <cstdint>

#include "base/exec.h"
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

// Whether row and column of a change fit into an entry of the list of changes.
bool fits_entries(const Size& size);

// Lists the changes of a whole image, each thread those of some rows, and sorts them by column,
// each thread some columns. Gives up, with nothing written, where there are too many. The sides
// fit.
bool encode_bands(const Item& item, const RowPacker& pack, const Exec& exec, std::int64_t n_bands,
                  Buffer<std::uint32_t>& counts);

// Lists the changes of a strip and sorts them by column. Gives up, with nothing written, where
// there are too many for that to pay.
bool encode_few_changes(const Item& item, const RowPacker& pack, const StripPlace& strip,
                        ChangeWriter& writer);

}  // namespace me::cpu
