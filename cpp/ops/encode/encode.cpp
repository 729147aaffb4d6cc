// Three ways, by memory order. Rows of one piece (C order): every row is packed to bits, 64 x 64
// tiles are mirrored, and columns are scanned a word at a time; tiles of one value are never
// stored. Columns of one piece (Fortran order): packed and scanned as they lie. Anything else:
// rows are packed value by value, then as C order. A very large image is taken in
// vertical strips.
#include "ops/encode/encode.h"

#include <algorithm>
#include <cstring>

#include "base/checked.h"
#include "base/parallel.h"
#include "runs/bit_scan.h"
#include "runs/collect.h"
#include "runs/pack.h"
#include "runs/scratch.h"

namespace me::cpu {
namespace {

struct Item {
  const char* data;
  Size size;
  std::int64_t row_stride, column_stride;
};

// A strip of the image: words [begin, begin + per_row) of columns. What is kept of it lies in the
// order of the scan: the mirrored words of each mixed tile, and per column of tiles where they are.
struct Strip {
  std::int64_t begin;
  std::int64_t per_row;
  std::int64_t bands;  // rows of tiles
  std::int64_t height;
  std::int64_t width;   // columns in the image from the strip's first on, at most 64 * per_row
  std::int64_t* tiles;  // per_row x bands: zeros, ones, or where in `mirrored` the tile starts
  Buffer<std::uint64_t>& mirrored;
};

// Values of Strip::tiles that are not a place.
constexpr std::int64_t zeros = -1;
constexpr std::int64_t ones = -2;

void mirror_tile(const std::uint64_t* rows, std::int64_t per_row, std::int64_t n_rows,
                 std::uint64_t* tile) {
  for (std::int64_t r = 0; r < n_rows; r++) tile[r] = rows[r * per_row];
  for (std::int64_t r = n_rows; r < 64; r++) tile[r] = 0;
  bit_kernels().transpose(tile);
}

// Packs 64 rows into `rows` (64 x per_row words, then two rows of scratch) and keeps their tiles.
void take_band(const Item& item, const RowPacker& pack, Strip& strip, std::int64_t band,
               std::uint64_t* rows) {
  const std::int64_t per_row = strip.per_row;
  std::uint64_t* any = rows + 64 * per_row;
  std::uint64_t* all = any + per_row;
  std::fill(any, all, std::uint64_t{0});
  std::fill(all, all + per_row, ~std::uint64_t{0});
  const std::int64_t n_rows = std::min<std::int64_t>(64, strip.height - 64 * band);
  const char* first =
      item.data + 64 * band * item.row_stride + 64 * strip.begin * item.column_stride;
  for (std::int64_t r = 0; r < n_rows; r++) {
    std::uint64_t* words = rows + r * per_row;
    pack(first + r * item.row_stride, strip.width, words);
    for (std::int64_t k = 0; k < per_row; k++) {
      any[k] |= words[k];
      all[k] &= words[k];
    }
  }
  all[per_row - 1] |= ~kernels::tail_mask(strip.width);
  for (std::int64_t k = 0; k < per_row; k++) {
    std::int64_t& place = strip.tiles[k * strip.bands + band];
    if (any[k] == 0 || ~all[k] == 0) {
      place = any[k] == 0 ? zeros : ones;
    } else {
      place = strip.mirrored.size();
      mirror_tile(rows + k, per_row, n_rows, strip.mirrored.grow(64));
    }
  }
}

// A stretch of equal tiles, or one mixed tile, within a column of tiles.
struct Stretch {
  std::int64_t place;  // as Strip::tiles
  std::int64_t rows;
};

std::int64_t stretches_of(const Strip& strip, std::int64_t k, Stretch* stretches) {
  std::int64_t n = 0;
  for (std::int64_t band = 0; band < strip.bands; band++) {
    const std::int64_t place = strip.tiles[k * strip.bands + band];
    const std::int64_t rows = std::min<std::int64_t>(64, strip.height - 64 * band);
    if (n > 0 && place < 0 && stretches[n - 1].place == place) {
      stretches[n - 1].rows += rows;
    } else {
      stretches[n++] = {place, rows};
    }
  }
  return n;
}

void scan_strip(const Strip& strip, Stretch* stretches, BitScanner& scanner) {
  for (std::int64_t k = 0; k < strip.per_row; k++) {
    const std::int64_t width = std::min<std::int64_t>(64, strip.width - 64 * k);
    const std::int64_t n = stretches_of(strip, k, stretches);
    if (n == 1 && stretches[0].place < 0) {
      scanner.scan_equal(stretches[0].place == ones, width * strip.height);
      continue;
    }
    for (std::int64_t c = 0; c < width; c++) {
      scanner.reserve(strip.height);
      for (std::int64_t i = 0; i < n; i++) {
        const auto [place, rows] = stretches[i];
        if (place < 0) {
          scanner.scan_equal_reserved(place == ones, rows);
        } else {
          scanner.scan_word_reserved(strip.mirrored[place + c], rows);
        }
      }
      scanner.commit();
    }
  }
}

// Encodes the words of columns [begin, end); gives the pixels after the last change of value.
std::int64_t encode_words(const Item& item, const RowPacker& pack, std::int64_t begin,
                          std::int64_t end, Buffer<std::uint32_t>& counts) {
  thread_local Buffer<std::uint64_t> kept_rows, kept_mirrored;
  thread_local Buffer<std::int64_t> kept_tiles;
  thread_local Buffer<Stretch> kept_stretches;
  const std::int64_t height = item.size.height;
  const std::int64_t bands = words_for(height);
  const std::int64_t fit = std::max<std::int64_t>(tuning::encode_strip_words / height, 8);
  const std::int64_t per_row = std::min(fit, end - begin);
  const Scratch<std::uint64_t> rows(kept_rows, 66 * per_row);
  const Scratch<std::int64_t> tiles(kept_tiles, bands * per_row);
  const Scratch<Stretch> stretches(kept_stretches, bands);
  std::uint64_t before = 0;  // the last pixel of the column left of ours
  if (begin > 0) {
    pack(item.data + (height - 1) * item.row_stride + (64 * begin - 1) * item.column_stride, 1,
         &before);
  }
  BitScanner scanner(counts, 64 * begin * height, before != 0);
  for (std::int64_t first = begin; first < end; first += per_row) {
    const Scratch<std::uint64_t> mirrored(kept_mirrored, 0);
    const std::int64_t words = std::min(per_row, end - first);
    const std::int64_t width = std::min(64 * words, item.size.width - 64 * first);
    Strip strip{first, words, bands, height, width, tiles.data(), kept_mirrored};
    for (std::int64_t band = 0; band < bands; band++) {
      take_band(item, pack, strip, band, rows.data());
    }
    scan_strip(strip, stretches.data(), scanner);
  }
  return scanner.pending();
}

void encode_rows(const Item& item, const RowPacker& pack, const Exec& exec,
                 Buffer<std::uint32_t>& counts) {
  const std::int64_t per_row = words_for(item.size.width);
  const std::int64_t chunks = chunk_count(exec, per_row, 6.0 * double(item.size.height));
  if (chunks == 1) {
    append_split(counts, encode_words(item, pack, 0, per_row, counts));
    return;
  }
  std::vector<Buffer<std::uint32_t>> parts(static_cast<std::size_t>(chunks));
  std::vector<std::int64_t> pending(static_cast<std::size_t>(chunks));
  for_chunks(exec, per_row, chunks, [&](std::int64_t chunk, std::int64_t begin, std::int64_t end) {
    const auto c = static_cast<std::size_t>(chunk);
    pending[c] = encode_words(item, pack, begin, end, parts[c]);
  });
  join_scans(parts.data(), pending.data(), chunks, counts);
}

void encode_columns(const Item& item, const RowPacker& pack, Buffer<std::uint32_t>& counts) {
  // Packed a few thousand values at a time, so that the bits stay in the first cache.
  constexpr std::int64_t chunk = 1 << 14;
  std::uint64_t words[chunk / 64];
  BitScanner scanner(counts, 0, false);
  const bool one_piece =
      item.column_stride == item.row_stride * item.size.height || item.size.width == 1;
  const std::int64_t columns = one_piece ? 1 : item.size.width;
  const std::int64_t length = one_piece ? item.size.area() : item.size.height;
  for (std::int64_t x = 0; x < columns; x++) {
    const char* column = item.data + x * item.column_stride;
    for (std::int64_t y = 0; y < length; y += chunk) {
      const std::int64_t n = std::min(chunk, length - y);
      pack(column + y * item.row_stride, n, words);
      scanner.scan(words, n);
    }
  }
  append_split(counts, scanner.pending());
}

}  // namespace

Runs encode(const MaskView& masks, std::optional<double> threshold, const Exec& exec) {
  const std::int64_t bytes = element_bytes(masks.element);
  const Size size{masks.height, masks.width};
  const bool one_value = masks.row_stride == 0 && masks.column_stride == 0;
  const bool columns = one_value || (masks.row_stride == bytes && masks.column_stride != bytes);
  const RowPacker pack(masks.element, columns ? masks.row_stride : masks.column_stride, threshold);
  const Exec inner = masks.n == 1 ? exec : Exec{};
  const double cost = 100.0 + 0.1 * double(bytes) * double(size.area());
  return collect(masks.n == 1 ? Exec{} : exec, masks.n, cost,
                 [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
                   const Item item{masks.data + i * masks.item_stride, size, masks.row_stride,
                                   masks.column_stride};
                   if (size.area() == 0) {
                     counts.push_back(0);
                   } else if (columns) {
                     encode_columns(item, pack, counts);
                   } else {
                     encode_rows(item, pack, inner, counts);
                   }
                   return size;
                 });
}

}  // namespace me::cpu
