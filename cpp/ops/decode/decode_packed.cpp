// Bits -> values. Fortran order: a word at a time, as they lie. C order: tiles of 64 x 64 bits are
// mirrored to the rows of a band, which are then widened.
#include "base/kept_by_thread.h"
#include "base/parallel.h"
#include "ops/decode/decode.h"
#include "runs/scratch.h"

namespace me::cpu {
namespace {

struct Place {
  char* data;
  std::int64_t bytes;   // of a value
  std::int64_t stride;  // from one row, or one column, to the next
};

void write_columns(const std::uint64_t* mask, Size size, std::uint64_t value, const Place& to) {
  constexpr std::int64_t piece = 1 << 14;
  const Unpack unpack = unpack_of(to.bytes);
  for (std::int64_t position = 0; position < size.area(); position += piece) {
    const std::int64_t n = std::min(piece, size.area() - position);
    unpack(mask + position / 64, n, value, to.data + position * to.bytes);
    poll(0.2 * static_cast<double>(n));
  }
}

void write_rows(const std::uint64_t* mask, Size size, std::uint64_t value, const Place& to) {
  const Unpack unpack = unpack_of(to.bytes);
  const auto transpose = bit_kernels().transpose;
  const std::int64_t per_row = words_for(size.width);
  Buffer<std::uint64_t>& kept = kept_by_thread<Buffer<std::uint64_t>>([] {});
  const Scratch<std::uint64_t> rows(kept, 64 * per_row);
  std::uint64_t tile[64];
  for (std::int64_t top = 0; top < size.height; top += 64) {
    const std::int64_t n_rows = std::min<std::int64_t>(64, size.height - top);
    for (std::int64_t k = 0; k < per_row; k++) {
      const std::int64_t n_columns = std::min<std::int64_t>(64, size.width - 64 * k);
      const std::int64_t first = 64 * k * size.height + top;
      for (std::int64_t c = 0; c < n_columns; c++) {
        tile[c] = word_at(mask, first + c * size.height);
      }
      std::fill(tile + n_columns, tile + 64, std::uint64_t{0});
      transpose(tile);
      for (std::int64_t r = 0; r < n_rows; r++) rows.data()[r * per_row + k] = tile[r];
      poll(100);
    }
    for (std::int64_t r = 0; r < n_rows; r++) {
      unpack(rows.data() + r * per_row, size.width, value, to.data + (top + r) * to.stride);
      poll(0.2 * static_cast<double>(size.width));
    }
  }
}

}  // namespace

bool decode(const PackedView& masks, const MutableMaskView& out, std::uint64_t value,
            const Exec& exec) {
  const std::int64_t bytes = element_bytes(out.element);
  const Size size{out.height, out.width};
  const bool columns = out.row_stride == bytes && out.column_stride == bytes * out.height;
  if (!columns && out.column_stride != bytes) return false;
  for_ranges(exec, masks.n, 200 + 0.2 * double(bytes) * double(size.area()),
             [&](std::int64_t begin, std::int64_t end) {
               for (std::int64_t i = begin; i < end; i++) {
                 const Place to{out.data + i * out.item_stride, bytes, out.row_stride};
                 if (columns) {
                   write_columns(masks.mask(i), size, value, to);
                 } else {
                   write_rows(masks.mask(i), size, value, to);
                 }
               }
             });
  return true;
}

}  // namespace me::cpu
