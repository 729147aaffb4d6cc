// Tiles of 64 rows x 64 columns of bits are mirrored into a plane of columns, which is scanned as
// it lies. Nothing is unpacked to a byte per pixel.
#include <algorithm>
#include <cstring>

#include "ops/encode/encode.h"
#include "runs/bit_scan.h"
#include "runs/bits.h"
#include "runs/collect.h"

namespace me::cpu {
namespace {

// The bits of each of eight bytes in reverse.
std::uint64_t mirror_bytes(std::uint64_t word) {
  word = (word >> 1 & 0x5555555555555555u) | (word & 0x5555555555555555u) << 1;
  word = (word >> 2 & 0x3333333333333333u) | (word & 0x3333333333333333u) << 2;
  return (word >> 4 & 0x0F0F0F0F0F0F0F0Fu) | (word & 0x0F0F0F0F0F0F0F0Fu) << 4;
}

// Eight bytes as a number whose lowest byte comes first, on any machine.
std::uint64_t load_bytes(const std::uint8_t* bytes, std::int64_t n) {
  std::uint64_t word = 0;
  for (std::int64_t i = 0; i < n; i++) word |= std::uint64_t{bytes[i]} << (8 * i);
  return word;
}

// Bits of columns [64 k, 64 k + 64) of a row.
std::uint64_t read_word(const BitsView& view, const std::uint8_t* row, std::int64_t k) {
  const std::int64_t bytes = (view.width + 7) / 8;
  const std::uint8_t* const from = row + 8 * k;
  const std::uint64_t word = 8 * k + 8 <= bytes ? load_bytes(from, 8) : load_bytes(from, bytes % 8);
  const std::uint64_t ordered = view.highest_first ? mirror_bytes(word) : word;
  const bool last = 64 * k + 64 > view.width;
  return last ? ordered & kernels::tail_mask(view.width) : ordered;
}

void encode_item(const BitsView& view, std::int64_t item, Buffer<std::uint32_t>& counts) {
  const std::int64_t per_column = (view.height + 63) / 64;
  Buffer<std::uint64_t> columns(64 * per_column);
  BitScanner scanner(counts, 0, false);
  for (std::int64_t k = 0; 64 * k < view.width; k++) {
    for (std::int64_t band = 0; band < per_column; band++) {
      std::uint64_t tile[64] = {};
      const std::int64_t n = std::min<std::int64_t>(64, view.height - 64 * band);
      const std::uint8_t* row = view.bytes + item * view.item_stride + 64 * band * view.row_stride;
      for (std::int64_t r = 0; r < n; r++) tile[r] = read_word(view, row + r * view.row_stride, k);
      bit_kernels().transpose(tile);
      for (std::int64_t c = 0; c < 64; c++) columns[c * per_column + band] = tile[c];
    }
    const std::int64_t n_columns = std::min<std::int64_t>(64, view.width - 64 * k);
    for (std::int64_t c = 0; c < n_columns; c++) {
      scanner.scan(columns.data() + c * per_column, view.height);
    }
  }
  append_split(counts, scanner.pending());
}

}  // namespace

Runs encode_bits(const BitsView& view, const Exec& exec) {
  const Size size{view.height, view.width};
  const double cost = 100.0 + 0.05 * double(size.area());
  return collect(exec, view.n, cost, [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
    if (size.area() == 0) {
      counts.push_back(0);
    } else {
      encode_item(view, i, counts);
    }
    return size;
  });
}

}  // namespace me::cpu
