#include "runs/row_painter.h"

#include <cstring>

#include "base/tuning.h"
#include "base/values.h"
#include "runs/row_changes.h"

namespace me {

RowPainter::RowPainter(char* out, Size size, std::int64_t bytes, std::int64_t row_stride,
                       std::int64_t column_stride)
    : out_(out),
      width_(size.width),
      bytes_(bytes),
      row_stride_(row_stride),
      column_stride_(column_stride),
      one_piece_(column_stride == bytes || size.width == 1),
      paint_(kernels_.paint[width_index(bytes)]) {
  const std::int64_t whole_bytes = size.area() * bytes;
  const auto places =
      reinterpret_cast<std::uintptr_t>(out) | static_cast<std::uintptr_t>(row_stride);
  if (one_piece_ && whole_bytes >= tuning::paint_past_bytes &&
      places % static_cast<std::uintptr_t>(bytes) == 0) {
    past_ = kernels_.past[width_index(bytes)];
  }
  direct_ = past_ == nullptr && one_piece_ && whole_bytes < tuning::stream_bytes;
  repeat_ = whole_bytes < tuning::repeat_stream_bytes ? kernels_.copy : kernels_.stream;
  if (!direct_) row_.resize((width_ * bytes + 7) / 8);
}

void RowPainter::paint(const kernels::PaintRow& row, std::int64_t y) {
  char* const to = out_ + y * row_stride_;
  const bool past = past_ != nullptr && !repeated_;  // the next may be repeated as this one was
  repeated_ = false;
  if (past) {
    past_(row, to);
    painted_ = nullptr;
    last_ = row;
    return;
  }
  char* const at = direct_ ? to : reinterpret_cast<char*>(row_.data());
  paint_(row, at);
  painted_ = at;
  if (!direct_) copy_out(to);
}

void RowPainter::repeat(std::int64_t y) {
  repeated_ = true;
  if (painted_ == nullptr) {  // once more, as it is not in the caches
    paint_(last_, row_.data());
    painted_ = reinterpret_cast<const char*>(row_.data());
  }
  char* const to = out_ + y * row_stride_;
  if (direct_) {
    repeat_(painted_, width_ * bytes_, to);
  } else {
    copy_out(to);
  }
}

void RowPainter::copy_out(char* to) const {
  if (one_piece_) {
    kernels_.stream(row_.data(), width_ * bytes_, to);
    return;
  }
  with_unsigned(bytes_, [&](auto zero) {
    using T = decltype(zero);
    const T* from = reinterpret_cast<const T*>(row_.data());
    for (std::int64_t x = 0; x < width_; x++) {
      std::memcpy(to + x * column_stride_, from + x, sizeof(T));
    }
  });
}

}  // namespace me
