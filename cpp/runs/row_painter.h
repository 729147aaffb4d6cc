// Writes the rows of an image of labels, past the caches where it is too large for them.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/size.h"
#include "runs/row_paint.h"

namespace me {

class RowPainter {
 public:
  // An image of unsigned values of `bytes` bytes, with strides in bytes.
  RowPainter(char* out, Size size, std::int64_t bytes, std::int64_t row_stride,
             std::int64_t column_stride);
  ~RowPainter() { kernels_.drain(); }
  RowPainter(const RowPainter&) = delete;
  RowPainter& operator=(const RowPainter&) = delete;

  void paint(const kernels::PaintRow& row, std::int64_t y);

  // Writes what was painted last to row y.
  void repeat(std::int64_t y);

 private:
  void copy_out(char* to) const;

  char* out_;
  std::int64_t width_, bytes_, row_stride_, column_stride_;
  bool one_piece_;  // values of a row lie side by side
  bool direct_;     // rows are painted where they lie
  const kernels::PaintKernels& kernels_ = paint_kernels();
  std::int64_t (*paint_)(const kernels::PaintRow&, void*);
  // Null unless rows are painted past the caches where they lie.
  std::int64_t (*past_)(const kernels::PaintRow&, void*) = nullptr;
  void (*repeat_)(const void* from, std::int64_t bytes, void* to);
  kernels::PaintRow last_{};       // what was painted past the caches
  const char* painted_ = nullptr;  // where the row that was painted last can be read, if it can
  bool repeated_ = false;          // whether it was repeated
  Buffer<std::uint64_t> row_;      // where it is not painted in its place
};

}  // namespace me
