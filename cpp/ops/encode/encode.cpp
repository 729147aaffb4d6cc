// Three ways, by memory order. Rows of one piece (C order): every row is packed to bits and
// compared with the row above. Few differences are listed and sorted by column. Where there are
// many, 64 x 64 tiles of differences are mirrored, and columns are scanned a word at a time; tiles
// without a difference cost nothing more. Columns of one piece (Fortran order): packed and scanned
// as they lie. Anything else: rows are packed value by value, then as C order. A very large image
// is taken in vertical strips.
#include "ops/encode/encode.h"

#include <algorithm>
#include <cstring>

#include "base/checked.h"
#include "base/kept_by_thread.h"
#include "base/parallel.h"
#include "ops/encode/paths.h"
#include "runs/collect.h"
#include "runs/scratch.h"

namespace me::cpu {
namespace {

// A strip of the image: words [begin, begin + per_row) of columns. What is kept of it lies in the
// order of the scan: for each tile in which some pixel differs from the one above it, the mirrored
// bits that say which.
struct Strip {
  std::int64_t begin;
  std::int64_t per_row;
  Size size;            // of the strip in pixels
  std::int64_t bands;   // rows of tiles
  std::int64_t* tiles;  // per_row x bands: where in `mirrored` the tile starts, or unchanged_tile
  std::uint64_t* rows;  // 64 x per_row: differences of the rows of a band
  std::uint64_t* any;   // per_row: their union
  std::uint64_t* top;   // per_row: the first row of the image
  std::uint64_t* row;   // per_row: the row packed last, in the end the last of the image
  std::uint64_t* next;  // per_row
  Buffer<std::uint64_t>& mirrored;
};

constexpr std::int64_t unchanged_tile = -1;

void mirror_tile(const std::uint64_t* rows, std::int64_t per_row, std::int64_t n_rows,
                 std::uint64_t* tile) {
  for (std::int64_t r = 0; r < n_rows; r++) tile[r] = rows[r * per_row];
  for (std::int64_t r = n_rows; r < 64; r++) tile[r] = 0;
  bit_kernels().transpose(tile);
}

void take_band(const Item& item, const RowPacker& pack, Strip& strip, std::int64_t band) {
  const auto difference = bit_kernels().difference;
  const std::int64_t per_row = strip.per_row;
  const std::int64_t n_rows = std::min<std::int64_t>(64, strip.size.height - 64 * band);
  const char* first =
      item.data + 64 * band * item.row_stride + 64 * strip.begin * item.column_stride;
  std::fill(strip.any, strip.any + per_row, std::uint64_t{0});
  if (band == 0) {  // the first row differs from nothing
    pack(first, strip.size.width, strip.row);
    std::copy(strip.row, strip.row + per_row, strip.top);
  }
  for (std::int64_t r = 0; r < n_rows; r++) {
    pack(first + r * item.row_stride, strip.size.width, strip.next);
    difference(strip.next, strip.row, per_row, strip.rows + r * per_row, strip.any);
    std::swap(strip.row, strip.next);
  }
  for (std::int64_t k = 0; k < per_row; k++) {
    std::int64_t& place = strip.tiles[k * strip.bands + band];
    place = unchanged_tile;
    if (strip.any[k] == 0) continue;
    place = strip.mirrored.size();
    mirror_tile(strip.rows + k, per_row, n_rows, strip.mirrored.grow(64));
  }
}

// A tile with changes in the column of tiles that is scanned.
struct ChangedTile {
  std::int64_t place;
  std::int64_t y;  // its first row
  std::uint64_t words[8];
};

// Scans columns [c, c + n_columns), at most eight, of column k of tiles. Their words are fetched
// together: they share cache lines that a whole column would push out. `starts` has a bit for each
// column that starts with another value than the one before ended with.
void scan_columns(const Strip& strip, std::int64_t k, std::int64_t c, std::int64_t n_columns,
                  std::uint64_t starts, ChangedTile* tiles, std::int64_t n, ChangeWriter& writer) {
  const std::int64_t height = strip.size.height;
  for (std::int64_t i = 0; i < n; i++) {
    std::memcpy(tiles[i].words, &strip.mirrored[tiles[i].place + c], sizeof(tiles[i].words));
  }
  std::int64_t base = (64 * (strip.begin + k) + c) * height;
  ChangeState state = writer.reserve(n_columns * (64 * n + 1), base + n_columns * height);
  for (std::int64_t j = 0; j < n_columns; j++, base += height) {
    state.write_unforeseen(starts >> (c + j) & 1, base);
    for (std::int64_t i = 0; i < n; i++) {
      state.write_unforeseen(tiles[i].words[j], base + tiles[i].y);
    }
  }
  writer.commit(state);
}

// `left` is the last pixel of the column left of the strip. A function of its own: within the one
// that calls it, its loops get too few registers, which costs noise a fifth.
[[gnu::noinline]] void scan_strip(const Strip& strip, std::uint64_t left, ChangedTile* tiles,
                                  ChangeWriter& writer) {
  for (std::int64_t k = 0; k < strip.per_row; k++) {
    const std::int64_t width = std::min<std::int64_t>(64, strip.size.width - 64 * k);
    std::int64_t n = 0;
    for (std::int64_t band = 0; band < strip.bands; band++) {
      const std::int64_t place = strip.tiles[k * strip.bands + band];
      if (place != unchanged_tile) {
        tiles[n].place = place;
        tiles[n++].y = 64 * band;
      }
    }
    const std::uint64_t bottom = strip.row[k] << 1 | left;
    const std::uint64_t starts = (strip.top[k] ^ bottom) & kernels::tail_mask(width);
    left = strip.row[k] >> 63;
    if (n == 0 && starts == 0) continue;
    for (std::int64_t c = 0; c < width; c += 8) {
      scan_columns(strip, k, c, std::min<std::int64_t>(8, width - c), starts, tiles, n, writer);
      poll(40.0 * static_cast<double>(n + 1));
    }
  }
}

// Mirrors the tiles of a strip and scans its columns.
void encode_tiles(const Item& item, const RowPacker& pack, const StripPlace& place,
                  Buffer<std::uint32_t>& counts, ChangeWriter& writer) {
  Buffer<std::uint64_t>& kept_rows = kept_by_thread<Buffer<std::uint64_t>>([] {});
  Buffer<std::uint64_t>& kept_mirrored = kept_by_thread<Buffer<std::uint64_t>>([] {});
  Buffer<std::int64_t>& kept_tiles = kept_by_thread<Buffer<std::int64_t>>([] {});
  Buffer<ChangedTile>& kept_changed = kept_by_thread<Buffer<ChangedTile>>([] {});
  const std::int64_t height = item.size.height;
  const std::int64_t bands = words_for(height);
  const std::int64_t words = place.per_row;
  const Scratch<std::uint64_t> rows(kept_rows, (64 + 4) * words);
  const Scratch<std::int64_t> tiles(kept_tiles, bands * words);
  const Scratch<ChangedTile> changed(kept_changed, bands);
  const Scratch<std::uint64_t> mirrored(kept_mirrored, 0);
  std::uint64_t* single = rows.data() + 64 * words;
  Strip strip{place.begin,
              words,
              {height, place.width},
              bands,
              tiles.data(),
              rows.data(),
              single,
              single + words,
              single + 2 * words,
              single + 3 * words,
              kept_mirrored};
  for (std::int64_t band = 0; band < bands; band++) {
    take_band(item, pack, strip, band);
    poll(6.0 * static_cast<double>(place.width));
  }
  // Noise has many changes: their number is known, so the counts need not move as they grow
  // (scan_columns asks for the most that its columns can hold).
  const std::int64_t changes = bit_kernels().count(kept_mirrored.data(), kept_mirrored.size());
  const std::int64_t before = counts.size();
  counts.grow(changes + 64 * words + 8 * (64 * bands + 1) + 8);  // doubles, unlike reserve()
  counts.truncate(before);
  scan_strip(strip, place.left, changed.data(), writer);
}

// Encodes the words of columns [begin, end), which may have few changes; gives the pixels after the
// last change of value.
std::int64_t encode_words(const Item& item, const RowPacker& pack, std::int64_t begin,
                          std::int64_t end, bool maybe_few, Buffer<std::uint32_t>& counts) {
  const auto [height, width] = item.size;
  const std::int64_t fit = std::max<std::int64_t>(tuning::encode_strip_words / height, 8);
  const std::int64_t per_row = std::min(fit, end - begin);
  const char* last_row = item.data + (height - 1) * item.row_stride;
  ChangeWriter writer(counts, 64 * begin * height);
  for (std::int64_t first = begin; first < end; first += per_row) {
    const std::int64_t words = std::min(per_row, end - first);
    StripPlace place{first, words, std::min(64 * words, width - 64 * first), 0};
    if (first > 0) pack(last_row + (64 * first - 1) * item.column_stride, 1, &place.left);
    if (!maybe_few || !encode_few_changes(item, pack, place, writer)) {
      encode_tiles(item, pack, place, counts, writer);
    }
  }
  return std::min(64 * end, width) * height - writer.last();
}

void encode_rows(const Item& item, const RowPacker& pack, const Exec& exec,
                 Buffer<std::uint32_t>& counts) {
  bool maybe_few = true;
  if (fits_entries(item.size)) {
    const std::int64_t groups = (item.size.height + 7) / 8;
    const std::int64_t bands = chunk_count(exec, groups, 0.8 * double(item.size.width), 4);
    maybe_few = bands == 1;
    if (bands > 1 && encode_bands(item, pack, exec, bands, counts)) return;
  }
  const std::int64_t per_row = words_for(item.size.width);
  // One strip for each thread, as narrow ones take longer (tuning::encode_strip_words).
  const std::int64_t chunks = chunk_count(exec, per_row, 6.0 * double(item.size.height), 1);
  if (chunks == 1) {
    append_split(counts, encode_words(item, pack, 0, per_row, maybe_few, counts));
    return;
  }
  std::vector<Buffer<std::uint32_t>> parts(static_cast<std::size_t>(chunks));
  std::vector<std::int64_t> pending(static_cast<std::size_t>(chunks));
  for_chunks(exec, per_row, chunks, [&](std::int64_t chunk, std::int64_t begin, std::int64_t end) {
    const auto c = static_cast<std::size_t>(chunk);
    pending[c] = encode_words(item, pack, begin, end, maybe_few, parts[c]);
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
