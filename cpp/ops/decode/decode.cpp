// The way back of encode. C order: bits are filled column by column, 64 x 64 tiles of more than
// one value are mirrored, and rows are widened to values. Fortran order: runs are filled as they
// lie. Any other stride: value by value.
#include "ops/decode/decode.h"

#include <algorithm>
#include <cstring>

#include "base/parallel.h"
#include "base/tuning.h"
#include "runs/bit_scan.h"
#include "runs/bits.h"
#include "runs/cursor.h"
#include "runs/scratch.h"

namespace me::cpu {
namespace {

struct Target {
  char* data;
  Size size;
  std::int64_t bytes;  // of a value
  std::int64_t row_stride, column_stride;
  std::uint64_t value;
};

using Unpack = void (*)(const std::uint64_t*, std::int64_t, std::uint64_t, void*);

Unpack unpack_of(std::int64_t bytes) {
  const kernels::BitKernels& kernel = bit_kernels();
  return bytes == 1   ? kernel.unpack1
         : bytes == 2 ? kernel.unpack2
         : bytes == 4 ? kernel.unpack4
                      : kernel.unpack8;
}

// The image as 64 x 64 tiles: of one value, or a place in `mirrored` where 64 rows of bits lie.
struct Tiles {
  Size size;
  std::int64_t per_row;  // tiles side by side
  std::int64_t* places;  // bands x per_row
  Buffer<std::uint64_t>& mirrored;
};

constexpr std::int64_t zeros = -1;
constexpr std::int64_t ones = -2;

// Mirrors up to 64 columns, whose bits follow each other, into the tiles of column k.
void mirror_columns(const std::uint64_t* columns, std::int64_t width, std::int64_t k,
                    Tiles& tiles) {
  const std::int64_t height = tiles.size.height;
  for (std::int64_t y = 0; y < height; y += 64) {
    std::uint64_t* tile = tiles.mirrored.grow(64);
    const std::uint64_t rows = kernels::tail_mask(std::min<std::int64_t>(64, height - y));
    std::uint64_t any = 0;
    std::uint64_t all = rows;
    for (std::int64_t c = 0; c < width; c++) {
      const std::uint64_t bits = bits_at(columns, c * height + y);
      any |= bits;
      all &= bits;
      tile[c] = bits;
    }
    std::int64_t& place = tiles.places[y / 64 * tiles.per_row + k];
    if ((any & rows) == 0 || all == rows) {
      place = (any & rows) == 0 ? zeros : ones;
      tiles.mirrored.truncate(tiles.mirrored.size() - 64);
      continue;
    }
    for (std::int64_t c = width; c < 64; c++) tile[c] = 0;
    bit_kernels().transpose(tile);
    place = tiles.mirrored.size() - 64;
  }
}

void fill_tiles(const RunList& runs, Tiles& tiles, std::uint64_t* columns) {
  const auto [height, width] = runs.size;
  BitFiller filler(runs);
  for (std::int64_t k = 0; k < tiles.per_row; k++) {
    const std::int64_t some = std::min<std::int64_t>(64, width - 64 * k);
    if (filler.next_is_equal(some * height)) {
      const std::int64_t place = filler.value() ? ones : zeros;
      for (std::int64_t y = 0; y < height; y += 64)
        tiles.places[y / 64 * tiles.per_row + k] = place;
      filler.skip(some * height);
    } else {
      filler.fill(columns, some * height);
      mirror_columns(columns, some, k, tiles);
    }
  }
}

// Widens the rows of one band. `row` holds the words of tiles of one value all along; `mixed` lists
// the others.
void unpack_band(const Tiles& tiles, std::int64_t band, const Target& target, std::uint64_t* row,
                 std::int64_t* mixed) {
  const Unpack unpack = unpack_of(target.bytes);
  const std::int64_t* places = tiles.places + band * tiles.per_row;
  std::int64_t n_mixed = 0;
  for (std::int64_t k = 0; k < tiles.per_row; k++) {
    row[k] = places[k] == ones ? ~std::uint64_t{0} : 0;
    if (places[k] >= 0) mixed[n_mixed++] = k;
  }
  const std::int64_t end = std::min(tiles.size.height, 64 * band + 64);
  for (std::int64_t y = 64 * band; y < end; y++) {
    for (std::int64_t i = 0; i < n_mixed; i++) {
      row[mixed[i]] = tiles.mirrored[places[mixed[i]] + (y & 63)];
    }
    unpack(row, tiles.size.width, target.value, target.data + y * target.row_stride);
  }
}

void decode_rows(const RunList& runs, const Target& target) {
  const std::int64_t per_row = words_for(target.size.width);
  const std::int64_t bands = words_for(target.size.height);
  thread_local Buffer<std::uint64_t> kept_columns, kept_mirrored;
  thread_local Buffer<std::int64_t> kept_places;
  const Scratch<std::uint64_t> columns(kept_columns, target.size.height + 2 + per_row);
  const Scratch<std::uint64_t> mirrored(kept_mirrored, 0);
  const Scratch<std::int64_t> places(kept_places, bands * per_row + per_row);
  Tiles tiles{target.size, per_row, places.data(), kept_mirrored};
  fill_tiles(runs, tiles, columns.data());
  for (std::int64_t band = 0; band < bands; band++) {
    unpack_band(tiles, band, target, columns.data(), places.data() + bands * per_row);
  }
}

template <class T>
void fill_span(char* from, std::int64_t n, std::uint64_t value) {
  T* to = reinterpret_cast<T*>(from);
  std::fill(to, to + n, static_cast<T>(value));
}

// Sets n neighbouring values.
void fill_values(char* from, std::int64_t n, std::int64_t bytes, std::uint64_t value) {
  switch (bytes) {
    case 1:
      std::memset(from, static_cast<int>(value & 0xFF), static_cast<std::size_t>(n));
      break;
    case 2:
      fill_span<std::uint16_t>(from, n, value);
      break;
    case 4:
      fill_span<std::uint32_t>(from, n, value);
      break;
    default:
      fill_span<std::uint64_t>(from, n, value);
      break;
  }
}

// Calls piece(x, y, length, value) for the stretches of equal value within each column.
template <class Piece>
void for_each_piece(const RunList& runs, Piece piece) {
  const std::int64_t height = runs.size.height;
  std::int64_t x = 0;
  std::int64_t y = 0;
  for (RunCursor cursor(runs); !cursor.done();) {
    const std::int64_t length = std::min(cursor.left(), height - y);
    piece(x, y, length, cursor.value());
    cursor.advance(length);
    y += length;
    if (y == height) {
      y = 0;
      x++;
    }
  }
}

// Short runs: a piece of bits at a time, which stays in the first cache.
void decode_dense(const RunList& runs, const Target& target) {
  constexpr std::int64_t piece = 1 << 14;
  std::uint64_t words[piece / 64];
  const Unpack unpack = unpack_of(target.bytes);
  const std::int64_t area = runs.size.area();
  BitFiller filler(runs);
  for (std::int64_t position = 0; position < area; position += piece) {
    const std::int64_t n = std::min(piece, area - position);
    filler.fill(words, n);
    unpack(words, n, target.value, target.data + position * target.bytes);
  }
}

void decode_columns(const RunList& runs, const Target& target) {
  const bool one_piece = target.column_stride == target.bytes * target.size.height;
  if (one_piece && runs.size.area() < tuning::decode_dense_run * runs.n) {
    decode_dense(runs, target);
    return;
  }
  if (one_piece) {
    std::int64_t position = 0;
    for (RunCursor cursor(runs); !cursor.done();) {
      const std::int64_t length = cursor.left();
      fill_values(target.data + position * target.bytes, length, target.bytes,
                  cursor.value() ? target.value : 0);
      position += length;
      cursor.advance(length);
    }
    return;
  }
  for_each_piece(runs, [&](std::int64_t x, std::int64_t y, std::int64_t length, bool foreground) {
    fill_values(target.data + x * target.column_stride + y * target.row_stride, length,
                target.bytes, foreground ? target.value : 0);
  });
}

void decode_strided(const RunList& runs, const Target& target) {
  for_each_piece(runs, [&](std::int64_t x, std::int64_t y, std::int64_t length, bool foreground) {
    const std::uint64_t value = foreground ? target.value : 0;
    char* to = target.data + x * target.column_stride + y * target.row_stride;
    for (std::int64_t i = 0; i < length; i++, to += target.row_stride) {
      fill_values(to, 1, target.bytes, value);
    }
  });
}

}  // namespace

void decode(const RunsView& masks, const MutableMaskView& out, std::uint64_t value,
            const Exec& exec) {
  const std::int64_t bytes = element_bytes(out.element);
  const Size size{out.height, out.width};
  if (size.area() == 0) return;
  const double cost = 200.0 + 0.1 * double(bytes) * double(size.area());
  for_ranges(exec, masks.n, cost, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      const Target target{
          out.data + i * out.item_stride, size, bytes, out.row_stride, out.column_stride, value};
      if (out.row_stride == bytes && (out.column_stride != bytes || size.height > 1)) {
        decode_columns(masks[i], target);
      } else if (out.column_stride == bytes) {
        decode_rows(masks[i], target);
      } else {
        decode_strided(masks[i], target);
      }
    }
  });
}

}  // namespace me::cpu
