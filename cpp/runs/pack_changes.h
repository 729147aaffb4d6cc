// Lists the pixels of a strip of rows that differ from the one above, eight rows at a time.
#pragma once
#include "base/dispatch.h"
#include "runs/pack.h"
#include "runs/pack_changes_kernels.h"

namespace me {

class ChangePacker {
 public:
  // Rows of `width` values, `row_stride` bytes apart. `pack` is used later on.
  ChangePacker(const RowPacker& pack, std::int64_t width, std::int64_t row_stride);

  // Takes rows [y, y + n_rows), at most eight; `words` has room for eight rows of bits.
  void operator()(const char* rows, std::int64_t n_rows, std::uint32_t y, std::uint64_t* words,
                  kernels::ChangeList& list) const;

 private:
  const RowPacker& pack_;
  std::int64_t width_, row_stride_;
  std::int64_t whole_ = 0;  // words that the kernel takes
  kernels::PackChanges kernel_ = nullptr;
};

}  // namespace me
