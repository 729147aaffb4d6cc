// Masks as lines of bits: columns of runs, rows or columns of arrays. Where lines come from and go.
#pragma once
#include <cstdint>
#include <string>

#include "base/buffer.h"
#include "base/view.h"
#include "runs/bit_scan.h"
#include "runs/bits.h"
#include "runs/pack.h"
#include "runs/runs.h"
#include "runs/segments.h"
#include "runs/span_writer.h"
#include "runs/spans.h"

namespace me {

// Lines are read in ascending order, each once, and not all of them need be. The unused bits of the
// last word are zero.
class LineSource {
 public:
  virtual ~LineSource() = default;
  virtual void read(std::int64_t line, std::uint64_t* words) = 0;
};

// Lines are written in ascending order, each once. The unused bits of the last word are zero.
class LineSink {
 public:
  virtual ~LineSink() = default;
  virtual void write(std::int64_t line, const std::uint64_t* words) = 0;
};

// Lines in memory. Different lines may be read and written on different threads.
class BitPlane final : public LineSource, public LineSink {
 public:
  BitPlane(std::int64_t lines, std::int64_t length)
      : words_(words_for(length)), bits_(lines * words_) {}

  void read(std::int64_t line, std::uint64_t* words) override {
    std::memcpy(words, row(line), static_cast<std::size_t>(words_) * sizeof(std::uint64_t));
  }
  void write(std::int64_t line, const std::uint64_t* words) override {
    std::memcpy(row(line), words, static_cast<std::size_t>(words_) * sizeof(std::uint64_t));
  }
  std::uint64_t* row(std::int64_t line) { return bits_.data() + line * words_; }

 private:
  std::int64_t words_;
  Buffer<std::uint64_t> bits_;
};

// The pixels of a mask inside a box, a column to a line; the box holds all foreground.
class RunLines final : public LineSource {
 public:
  RunLines(const RunList& runs, const Box& box);
  void read(std::int64_t line, std::uint64_t* words) override;

 private:
  void fill(std::uint64_t* words);

  bool is_dense_;  // runs are short, and the box is the image: lines are filled one by one
  std::int64_t next_line_ = 0;
  const std::uint32_t* next_;
  const std::uint32_t* end_;
  std::int64_t left_ = 0;    // pixels left of the current run
  std::uint64_t value_ = 1;  // of the current run; the first step makes it background
  SpanCursor spans_;
  Size size_;
  Box box_;
};

// The way back: appends the canonical counts of a mask with no foreground outside the box.
class RunLineWriter final : public LineSink {
 public:
  // At most about `limit` runs.
  RunLineWriter(Buffer<std::uint32_t>& counts, Size size, const Box& box, std::int64_t limit);
  void write(std::int64_t line, const std::uint64_t* words) override;
  void finish();

 private:
  void end_column(std::int64_t position);

  Buffer<std::uint32_t>& counts_;
  std::int64_t start_, limit_;
  Size size_;
  Box box_;
  bool whole_columns_;
  std::uint64_t carry_ = 0;  // the last pixel so far
  ChangeWriter writer_;
};

// How the lines of an array lie: rows unless columns are in one piece and rows are not.
template <class Pointer>
struct LineLayout {
  explicit LineLayout(const StackView<Pointer>& view)
      : columns(view.row_stride == element_bytes(view.element) &&
                (view.width == 1 || view.column_stride != view.row_stride)) {}
  bool columns;
};

// The lines of one mask of a stack; nonzero is set. May be read on several threads.
class ArrayLines final : public LineSource {
 public:
  ArrayLines(const MaskView& view, std::int64_t item, bool columns)
      : data_(view.data + item * view.item_stride),
        stride_(columns ? view.column_stride : view.row_stride),
        length_(columns ? view.height : view.width),
        pack_(view.element, columns ? view.row_stride : view.column_stride, std::nullopt) {}

  void read(std::int64_t line, std::uint64_t* words) override {
    pack_(data_ + line * stride_, length_, words);
  }

 private:
  const char* data_;
  std::int64_t stride_, length_;
  RowPacker pack_;
};

// Writes 1 and 0 to lines of one mask of a stack. May be written on several threads.
class ArrayLineWriter final : public LineSink {
 public:
  ArrayLineWriter(const MutableMaskView& view, std::int64_t item, bool columns)
      : data_(view.data + item * view.item_stride),
        stride_(columns ? view.column_stride : view.row_stride),
        step_(columns ? view.row_stride : view.column_stride),
        length_(columns ? view.height : view.width),
        bytes_(element_bytes(view.element)),
        unpack_(unpack_of(bytes_)) {}

  void write(std::int64_t line, const std::uint64_t* words) override;

 private:
  char* data_;
  std::int64_t stride_, step_, length_, bytes_;
  Unpack unpack_;
};

// A box that holds the foreground, empty when there is none. The least one where runs are few; else
// looking for it would be felt, and it is the image.
Box box_of(const RunList& runs);

}  // namespace me
