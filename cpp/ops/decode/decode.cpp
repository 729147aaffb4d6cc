// The way back of encode. C order: the changes of value within columns are marked as bits, 64 x 64
// tiles with a mark are mirrored, and each row is the one above with its changes, widened to
// values. Fortran order: runs are filled as they lie. Any other stride: value by value.
#include "ops/decode/decode.h"

#include <algorithm>
#include <cstring>

#include "base/kept_by_thread.h"
#include "base/parallel.h"
#include "base/tuning.h"
#include "base/values.h"
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
  bool is_zero;  // already, everywhere
};

// Marks where the value changes from one pixel of a column to the next, 64 columns at a time: bit
// y % 64 of marks[64 * (y / 64) + x] stands for row y of column x.
class ChangeMarker {
 public:
  // `marks` is zero; `marked` says in the end which of its tiles are not.
  ChangeMarker(const RunList& runs, std::uint64_t* marks, std::uint8_t* marked)
      : next_(runs.counts),
        end_(runs.counts + runs.n),
        height_(runs.size.height),
        marks_(marks),
        marked_(marked) {
    step();
  }

  // Marks the next `width` columns, at most 64; gives the foreground of their first row.
  std::uint64_t mark(std::int64_t width) {
    std::uint64_t top = 0;
    std::int64_t column = 0;
    for (;;) {
      const std::int64_t stop = std::min(y_ > 0 ? x_ + 1 : x_, width);
      if (stop > column) {  // these columns start within the run that ends at (x_, y_)
        if (value_) top |= kernels::tail_mask(stop) & ~std::uint64_t{0} << column;
        column = stop;
      }
      if (x_ >= width) break;
      if (y_ > 0) {
        marks_[(y_ >> 6) * 64 + x_] ^= std::uint64_t{1} << (y_ & 63);
        marked_[y_ >> 6] = 1;
      }
      value_ = !value_;
      step();
    }
    x_ -= width;
    return top;
  }

 private:
  void step() {
    if (next_ == end_) {
      x_ = INT64_MAX / 2;
      y_ = 0;
      return;
    }
    y_ += *next_++;
    if (y_ < height_) return;
    y_ -= height_;
    x_++;
    if (y_ < height_) return;  // the usual ways; a division is only for long runs
    x_ += y_ / height_;
    y_ %= height_;
  }

  const std::uint32_t* next_;
  const std::uint32_t* end_;
  std::int64_t height_;
  std::uint64_t* marks_;
  std::uint8_t* marked_;
  std::int64_t x_ = 0;  // of the next change, from the first column to mark next
  std::int64_t y_ = 0;
  bool value_ = false;  // before that change
};

// The changes as 64 x 64 tiles of rows: a set bit says that a pixel differs from the one above it;
// in the first row of the image, that it is foreground.
struct Tiles {
  Size size;
  std::int64_t per_row;  // tiles side by side
  std::int64_t* places;  // bands x per_row: where in `mirrored` a tile lies, or unchanged
  Buffer<std::uint64_t>& mirrored;
};

constexpr std::int64_t unchanged = -1;

void mark_tiles(const RunList& runs, Tiles& tiles, std::uint64_t* marks, std::uint8_t* marked) {
  const std::int64_t bands = words_for(runs.size.height);
  const auto transpose = bit_kernels().transpose;
  std::fill(marks, marks + 64 * bands, std::uint64_t{0});
  std::fill(marked, marked + bands, std::uint8_t{0});
  ChangeMarker marker(runs, marks, marked);
  for (std::int64_t k = 0; k < tiles.per_row; k++) {
    const std::uint64_t top = marker.mark(std::min<std::int64_t>(64, runs.size.width - 64 * k));
    if (top != 0) marked[0] = 1;
    poll(8 * static_cast<double>(runs.size.height));
    for (std::int64_t band = 0; band < bands; band++) {
      std::int64_t& place = tiles.places[band * tiles.per_row + k];
      place = unchanged;
      if (marked[band] == 0) continue;
      marked[band] = 0;
      place = tiles.mirrored.size();
      std::uint64_t* tile = tiles.mirrored.grow(64);
      std::uint64_t* from = marks + 64 * band;
      std::copy(from, from + 64, tile);
      std::fill(from, from + 64, std::uint64_t{0});
      transpose(tile);
      if (band == 0) tile[0] = top;
    }
  }
}

// The tiles of a band outside of which there is no foreground: [first, last).
struct TileRange {
  std::int64_t first, last;

  void add(std::int64_t tile) {
    first = std::min(first, tile);
    last = std::max(last, tile + 1);
  }
};

// Widens the rows of one band. `row` holds the row above it and then the last row of the band.
void unpack_band(const Tiles& tiles, std::int64_t band, const Target& target, std::uint64_t* row,
                 std::int64_t* changed) {
  const Unpack unpack = unpack_of(target.bytes);
  const std::int64_t* places = tiles.places + band * tiles.per_row;
  std::int64_t n = 0;
  TileRange used{tiles.per_row, 0};
  for (std::int64_t k = 0; k < tiles.per_row; k++) {
    if (places[k] != unchanged) changed[n++] = k;
    if (places[k] != unchanged || row[k] != 0) used.add(k);
  }
  if (used.first >= used.last) {
    if (target.is_zero) return;
    used = {0, 0};
  }
  const std::int64_t left = 64 * used.first;
  const std::int64_t right = std::min(64 * used.last, tiles.size.width);
  const std::int64_t end = std::min(tiles.size.height, 64 * band + 64);
  for (std::int64_t y = 64 * band; y < end; y++) {
    poll(0.2 * static_cast<double>(tiles.size.width));
    for (std::int64_t i = 0; i < n; i++) {
      row[changed[i]] ^= tiles.mirrored[places[changed[i]] + (y & 63)];
    }
    char* to = target.data + y * target.row_stride;
    unpack(row + used.first, right - left, target.value, to + left * target.bytes);
    if (target.is_zero) continue;
    std::memset(to, 0, static_cast<std::size_t>(left * target.bytes));
    std::memset(to + right * target.bytes, 0,
                static_cast<std::size_t>((tiles.size.width - right) * target.bytes));
  }
}

void decode_rows(const RunList& runs, const Target& target) {
  const std::int64_t per_row = words_for(target.size.width);
  const std::int64_t bands = words_for(target.size.height);
  Buffer<std::uint64_t>& kept_marks = kept_by_thread<Buffer<std::uint64_t>>([] {});
  Buffer<std::uint64_t>& kept_mirrored = kept_by_thread<Buffer<std::uint64_t>>([] {});
  Buffer<std::uint8_t>& kept_marked = kept_by_thread<Buffer<std::uint8_t>>([] {});
  Buffer<std::int64_t>& kept_places = kept_by_thread<Buffer<std::int64_t>>([] {});
  const Scratch<std::uint64_t> marks(kept_marks, 64 * bands + per_row);
  const Scratch<std::uint8_t> marked(kept_marked, bands);
  const Scratch<std::uint64_t> mirrored(kept_mirrored, 0);
  const Scratch<std::int64_t> places(kept_places, bands * per_row + per_row);
  Tiles tiles{target.size, per_row, places.data(), kept_mirrored};
  mark_tiles(runs, tiles, marks.data(), marked.data());
  std::uint64_t* row = marks.data() + 64 * bands;
  std::fill(row, row + per_row, std::uint64_t{0});
  for (std::int64_t band = 0; band < bands; band++) {
    unpack_band(tiles, band, target, row, places.data() + bands * per_row);
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

template <class T>
void set(T* to, std::int64_t n, T value) {
  if constexpr (sizeof(T) == 1) {
    std::memset(to, value, static_cast<std::size_t>(n));
  } else {
    std::fill_n(to, n, value);
  }
}

// Run after run, as they lie.
template <class T>
void fill_runs(const RunList& runs, const Target& target, T zero) {
  const auto value = static_cast<T>(target.value);
  const bool is_zero = target.is_zero;
  std::int64_t left = runs.size.area();  // counts that change meanwhile must not lead outside
  T* to = reinterpret_cast<T*>(target.data);
  std::int64_t i = 0;
  for (; i + 1 < runs.n; i += 2) {
    const std::int64_t gap = std::min<std::int64_t>(runs.counts[i], left);
    const std::int64_t length = std::min<std::int64_t>(runs.counts[i + 1], left - gap);
    if (!is_zero) set(to, gap, zero);
    set(to + gap, length, value);
    to += gap + length;
    left -= gap + length;
  }
  if (!is_zero) set(to, left, zero);
}

void decode_columns(const RunList& runs, const Target& target) {
  const bool one_piece = target.column_stride == target.bytes * target.size.height;
  if (one_piece && runs.size.area() < tuning::decode_dense_run * runs.n) {
    decode_dense(runs, target);
    return;
  }
  if (one_piece) {
    with_unsigned(target.bytes, [&](auto zero) { fill_runs(runs, target, zero); });
    return;
  }
  for_each_piece(runs, [&](std::int64_t x, std::int64_t y, std::int64_t length, bool foreground) {
    set_values(target.data + x * target.column_stride + y * target.row_stride, length, target.bytes,
               foreground ? target.value : 0);
  });
}

void decode_strided(const RunList& runs, const Target& target) {
  for_each_piece(runs, [&](std::int64_t x, std::int64_t y, std::int64_t length, bool foreground) {
    const std::uint64_t value = foreground ? target.value : 0;
    char* to = target.data + x * target.column_stride + y * target.row_stride;
    for (std::int64_t i = 0; i < length; i++, to += target.row_stride) {
      set_values(to, 1, target.bytes, value);
    }
  });
}

}  // namespace

void decode(const RunsView& masks, const MutableMaskView& out, std::uint64_t value, bool is_zero,
            const Exec& exec) {
  const std::int64_t bytes = element_bytes(out.element);
  const Size size{out.height, out.width};
  if (size.area() == 0) return;
  const double cost = 200.0 + 0.1 * double(bytes) * double(size.area());
  for_ranges(exec, masks.n, cost, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      const Target target{out.data + i * out.item_stride,
                          size,
                          bytes,
                          out.row_stride,
                          out.column_stride,
                          value,
                          is_zero};
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
