// Rows of a dense mask or label map, of any integer type and stride -> lines of runs.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/size.h"
#include "base/view.h"
#include "runs/pack.h"
#include "runs/regions.h"
#include "runs/row_changes.h"

namespace me {

// One mask of a stack, with strides in bytes.
struct DenseItem {
  const char* data;
  Element element;
  Size size;
  std::int64_t row_stride, column_stride;
};

template <class Pointer>
DenseItem item_of(const StackView<Pointer>& view, std::int64_t i) {
  return {view.data + i * view.item_stride,
          view.element,
          {view.height, view.width},
          view.row_stride,
          view.column_stride};
}

// The bits of the value of pixel (y, x).
std::uint64_t value_at(const DenseItem& item, std::int64_t y, std::int64_t x);

// Gives rows whose values lie side by side; rows that do not are copied, some at a time.
class RowReader {
 public:
  explicit RowReader(const DenseItem& item);

  // Whether rows are read where they lie.
  bool direct() const { return direct_; }

  // Row y; valid until another block of rows is asked for. Blocks are rows [16k, 16k + 16).
  const char* row(std::int64_t y) {
    if (direct_) return item_.data + y * item_.row_stride;
    if (y / block_rows != block_) copy_block(y / block_rows);
    return block_values_.data() + (y % block_rows) * item_.size.width * bytes_;
  }

 private:
  static constexpr std::int64_t block_rows = 16;

  void copy_block(std::int64_t block);

  DenseItem item_;
  std::int64_t bytes_;
  bool direct_;
  std::int64_t block_ = -1;
  Buffer<char> block_values_;
};

// Finds the runs of rows: of pixels that are not zero, or (valued) of equal values, or (inverted)
// of pixels that are zero.
class RowLines {
 public:
  RowLines(const DenseItem& item, bool valued, bool inverted = false);

  std::int64_t words() const { return words_for(item_.size.width); }

  // Writes where row y changes to changes[0, words()), and its runs to `line`.
  void read(std::int64_t y, std::uint64_t* changes, Line& line) {
    find_changes(y, changes);
    set_runs(y, changes, line);
  }

  // The two halves of this. The first gives the row, as RowReader does.
  const char* find_changes(std::int64_t y, std::uint64_t* changes);
  void set_runs(std::int64_t y, const std::uint64_t* changes, Line& line);

 private:
  DenseItem item_;
  bool valued_, inverted_;
  std::int64_t bytes_;
  RowReader reader_;
  RowPacker pack_;
  Buffer<std::uint64_t> bits_;  // of the row in hand, behind a word of zeros
};

// Gives a line the bounds of its runs from `words` words of changes in a row of `width` pixels; the
// labels have room for them.
void set_bounds(const std::uint64_t* changes, std::int64_t words, std::int64_t width, bool valued,
                Line& line);

// A line without runs.
void make_empty(Line& line);

}  // namespace me
