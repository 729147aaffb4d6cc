#include "runs/row_lines.h"

#include <algorithm>
#include <cstring>

#include "base/interrupt.h"
#include "base/values.h"

namespace me {
namespace {

// Copies n values that lie `stride` bytes apart to values `to_step` apart.
template <class T>
void gather(const char* from, std::int64_t stride, std::int64_t n, T* to, std::int64_t to_step) {
  for (std::int64_t k = 0; k < n; k++) std::memcpy(to + k * to_step, from + k * stride, sizeof(T));
}

}  // namespace

std::uint64_t value_at(const DenseItem& item, std::int64_t y, std::int64_t x) {
  std::uint64_t value = 0;
  const char* from = item.data + y * item.row_stride + x * item.column_stride;
  with_unsigned(element_bytes(item.element), [&](auto zero) {
    using T = decltype(zero);
    T narrow;
    std::memcpy(&narrow, from, sizeof(T));
    value = narrow;
  });
  return value;
}

RowReader::RowReader(const DenseItem& item)
    : item_(item),
      bytes_(element_bytes(item.element)),
      direct_(item.column_stride == bytes_ || item.size.width == 1) {
  if (!direct_) {
    block_values_.resize(std::min(block_rows, item.size.height) * item.size.width * bytes_);
  }
}

void RowReader::copy_block(std::int64_t block) {
  block_ = block;
  const std::int64_t y = block * block_rows;
  const std::int64_t rows = std::min(block_rows, item_.size.height - y);
  const std::int64_t width = item_.size.width;
  poll(static_cast<double>(rows * width));
  with_unsigned(bytes_, [&](auto zero) {
    using T = decltype(zero);
    T* to = reinterpret_cast<T*>(block_values_.data());
    const char* from = item_.data + y * item_.row_stride;
    if (item_.row_stride == bytes_) {  // columns lie along memory
      for (std::int64_t x = 0; x < width; x++) {
        gather<T>(from + x * item_.column_stride, item_.row_stride, rows, to + x, width);
      }
      return;
    }
    for (std::int64_t r = 0; r < rows; r++) {
      gather<T>(from + r * item_.row_stride, item_.column_stride, width, to + r * width, 1);
    }
  });
}

RowLines::RowLines(const DenseItem& item, bool valued, bool inverted)
    : item_(item),
      valued_(valued),
      inverted_(inverted),
      bytes_(element_bytes(item.element)),
      reader_(item),
      pack_(item.element, element_bytes(item.element), std::nullopt) {
  if (valued) return;
  bits_.resize(1 + words());
  bits_[0] = 0;
}

const char* RowLines::find_changes(std::int64_t y, std::uint64_t* changes) {
  const std::int64_t width = item_.size.width;
  const std::int64_t n_words = words();
  const char* row = reader_.row(y);
  poll(0.5 * static_cast<double>(width));
  // Nothing is asked for ahead: rows follow each other, which processors foresee by themselves.
  if (valued_) {
    change_kernels().changes[width_index(bytes_)](row, width, changes);
  } else {
    pack_(row, width, bits_.data() + 1);
    change_kernels().edges(bits_.data() + 1, n_words, changes);
  }
  if (inverted_) {  // the row changes where it did, but for its ends
    changes[0] ^= 1;
    if (width % 64 != 0) changes[n_words - 1] ^= std::uint64_t{1} << width % 64;
  }
  return row;
}

void RowLines::set_runs(std::int64_t y, const std::uint64_t* changes, Line& line) {
  set_bounds(changes, words(), item_.size.width, valued_, line);
  if (!valued_) return;
  const char* row = reader_.row(y);
  const std::int64_t n = line.n;
  if (line.values.size() < n + 1) line.values.resize(n + n / 2 + 16);
  with_unsigned(bytes_, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t k = 0; k < n; k++) {
      T value;
      std::memcpy(&value, row + std::int64_t{line.bounds[k]} * bytes_, sizeof(T));
      line.values[k] = value;
    }
  });
  line.values[n] = 0;
}

void set_bounds(const std::uint64_t* changes, std::int64_t words, std::int64_t width, bool valued,
                Line& line) {
  // Room for the worst row, unless that is much: then changes are counted.
  const std::int64_t most = width < (1 << 16) ? width : bit_kernels().count(changes, words) + 1;
  if (line.bounds.size() < most + 32) line.bounds.resize(most + 32);
  std::uint32_t* bounds = line.bounds.data();
  std::int64_t n = change_kernels().positions(changes, words, bounds);
  line.n = valued ? n : (n + 1) / 2;
  if (valued || n % 2 != 0) bounds[n++] = static_cast<std::uint32_t>(width);
  bounds[n] = bounds[n + 1] = Line::nowhere;
  if (line.labels.size() < line.n + 1) line.labels.resize(line.n + line.n / 2 + 16);
}

void make_empty(Line& line) {
  line.room(0);
  line.bounds[0] = line.bounds[1] = line.bounds[2] = Line::nowhere;
  line.values.resize(1);
  line.values[0] = 0;
  line.n = 0;
}

}  // namespace me
