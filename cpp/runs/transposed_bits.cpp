#include "runs/transposed_bits.h"

#include <algorithm>

#include "base/interrupt.h"
#include "base/kept_by_thread.h"
#include "runs/bit_scan.h"
#include "runs/bits.h"
#include "runs/scratch.h"

namespace me {
namespace {

// The source as bits, one row of tiles after the other: a row of tiles holds 64 rows of pixels, a
// word of them per column. So a tile is 64 neighbouring words, and so is its mirror image.
void fill_words(const RunList& runs, std::int64_t columns, bool backwards, std::uint64_t* words,
                std::uint64_t* column) {
  const auto [height, width] = runs.size;
  const std::int64_t tile_rows = words_for(height);
  BitFiller filler(runs);
  for (std::int64_t x = 0; x < width; x++) {
    poll(static_cast<double>(height));
    std::uint64_t* const out = words + (backwards ? width - 1 - x : x);
    filler.fill(column, height);
    for (std::int64_t t = 0; t < tile_rows; t++) out[t * columns] = column[t];
  }
}

}  // namespace

void append_transposed_bits(const RunList& runs, const Backwards& backwards,
                            Buffer<std::uint32_t>& counts) {
  const auto [height, width] = runs.size;
  const std::int64_t tile_rows = words_for(height);
  const std::int64_t tile_columns = words_for(width);
  const std::int64_t columns = 64 * tile_columns;
  Buffer<std::uint64_t>& kept =
      kept_by_thread<Buffer<std::uint64_t>>([] {});  // the words, one column, one row of the result
  const Scratch<std::uint64_t> scratch(kept, tile_rows * columns + tile_rows + tile_columns);
  std::uint64_t* const words = scratch.data();
  std::uint64_t* const column = words + tile_rows * columns;
  std::uint64_t* const row = column + tile_rows;
  fill_words(runs, columns, backwards.x, words, column);
  const auto mirror = bit_kernels().transpose;
  BitScanner scanner(counts, 0, false);
  for (std::int64_t step = 0; step < tile_rows; step++) {
    const std::int64_t t = backwards.y ? tile_rows - 1 - step : step;
    std::uint64_t* const tiles = words + t * columns;
    std::fill(tiles + width, tiles + columns, std::uint64_t{0});
    for (std::int64_t k = 0; k < tile_columns; k++) mirror(tiles + 64 * k);
    const std::int64_t n = std::min<std::int64_t>(64, height - 64 * t);
    for (std::int64_t i = 0; i < n; i++) {
      const std::int64_t r = backwards.y ? n - 1 - i : i;
      for (std::int64_t k = 0; k < tile_columns; k++) row[k] = tiles[64 * k + r];
      scanner.scan(row, width);
    }
  }
  append_split(counts, scanner.pending());
}

}  // namespace me
