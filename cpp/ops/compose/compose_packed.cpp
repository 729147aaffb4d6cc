// Labels of masks that are bits. Blocks of the map are looked at from the front: masks behind those
// that cover one are not read there, and a pixel is written once, but where very many lie over it.
#include <algorithm>

#include "base/kept_by_thread.h"
#include "base/parallel.h"
#include "base/values.h"
#include "ops/compose/compose.h"
#include "ops/compose/painter.h"

namespace me::cpu {
namespace {

constexpr std::int64_t block_side = 64;  // lines of a block
constexpr std::int64_t most = 8;         // words of a line in a block

struct Block {
  std::int64_t line, n_lines;  // rows of the map, or columns
  std::int64_t first, n;       // and the pixels of each
  std::int64_t words() const { return words_for(n); }
};

// Not a power of two: words of one place in all layers would fall into one place of a cache.
constexpr std::int64_t block_words = block_side * most + most;
constexpr std::int64_t most_layers = 16;  // that are written together

struct Bits {
  std::uint64_t uncovered[block_words];
  std::uint64_t shown[most_layers * block_words];
  std::uint64_t labels[most_layers];
};

// Line l of a block in words [l * most, (l + 1) * most); what lies behind its pixels is any bits.
void read_columns(const std::uint64_t* mask, Size size, const Block& block, std::uint64_t* out) {
  for (std::int64_t l = 0; l < block.n_lines; l++) {
    const std::int64_t from = (block.line + l) * size.height + block.first;
    for (std::int64_t k = 0; k < block.words(); k++) {
      out[l * most + k] = word_at(mask, from + 64 * k);
    }
  }
}

void read_rows(const std::uint64_t* mask, Size size, const Block& block, std::uint64_t* out) {
  const auto mirror = bit_kernels().transpose;
  std::uint64_t tile[block_side];
  for (std::int64_t k = 0; k < block.words(); k++) {
    const std::int64_t columns = std::min(block_side, block.n - block_side * k);
    std::int64_t from = (block.first + block_side * k) * size.height + block.line;
    for (std::int64_t c = 0; c < columns; c++, from += size.height) tile[c] = word_at(mask, from);
    std::fill(tile + columns, tile + block_side, std::uint64_t{0});
    mirror(tile);
    for (std::int64_t l = 0; l < block.n_lines; l++) out[l * most + k] = tile[l];
  }
}

class BlockPainter {
 public:
  BlockPainter(const PackedView& masks, const std::uint64_t* labels, const std::int64_t* order,
               const MutableMaskView& map)
      : masks_(masks),
        labels_(labels),
        order_(order),
        by_rows_(map.column_stride == element_bytes(map.element)),
        data_(map.data),
        bytes_(element_bytes(map.element)),
        stride_(by_rows_ ? map.row_stride : map.column_stride),
        paint_(compose_kernels(width_index(static_cast<std::size_t>(bytes_))).layers) {}

  void paint(const Block& block) {
    Bits& bits = kept_by_thread<Bits>([] {});
    for (std::int64_t l = 0; l < block.n_lines; l++) {
      std::uint64_t* const line = bits.uncovered + l * most;
      std::fill(line, line + block.words(), ~std::uint64_t{0});
      clear_tail(line, block.n);
    }
    bool more = false;
    bool whole = false;
    std::int64_t layers = 0;
    for (std::int64_t k = masks_.n - 1; k >= 0 && !whole; k--) {
      poll(5000);
      const std::int64_t i = order_[k];
      std::uint64_t* const shown = bits.shown + layers * block_words;
      (by_rows_ ? read_rows : read_columns)(masks_.mask(i), masks_.size(i), block, shown);
      whole = cover(block, shown, bits.uncovered);
      bits.labels[layers++] = labels_[i];
      if (layers < most_layers) continue;
      write(block, bits, layers, more);
      more = true;
      layers = 0;
    }
    if (layers > 0 || !more) write(block, bits, layers, more);
  }

 private:
  // Leaves of a mask what shows, and says whether nothing is uncovered any more.
  static bool cover(const Block& block, std::uint64_t* mask, std::uint64_t* uncovered) {
    std::uint64_t left = 0;
    for (std::int64_t l = 0; l < block.n_lines; l++) {
      for (std::int64_t k = l * most; k < l * most + block.words(); k++) {
        const std::uint64_t before = uncovered[k];
        uncovered[k] = before & ~mask[k];
        mask[k] &= before;
        left |= uncovered[k];
      }
    }
    return left == 0;
  }

  void write(const Block& block, const Bits& bits, std::int64_t layers, bool more) const {
    char* to = data_ + block.line * stride_ + block.first * bytes_;
    for (std::int64_t l = 0; l < block.n_lines; l++, to += stride_) {
      paint_({bits.shown + l * most, block_words, bits.labels, layers}, block.n, more, to);
    }
  }

  PackedView masks_;
  const std::uint64_t* labels_;
  const std::int64_t* order_;
  bool by_rows_;
  char* data_;
  std::int64_t bytes_;
  std::int64_t stride_;  // from line to line
  kernels::PaintWords paint_;
};

}  // namespace

bool compose(const PackedView& masks, const std::uint64_t* labels, const std::int64_t* order,
             const MutableMaskView& map, const Exec& exec) {
  const std::int64_t bytes = element_bytes(map.element);
  const bool by_rows = map.column_stride == bytes;
  if (!by_rows && map.row_stride != bytes) return false;
  const std::int64_t lines = by_rows ? map.height : map.width;
  const std::int64_t length = by_rows ? map.width : map.height;
  const double pixel_ns = 0.2 * double(masks.n) + 0.1 * double(bytes);
  // Lines by the 512, which is what cache lines of the masks hold: they are read but once.
  constexpr std::int64_t some = 512;
  for_ranges(exec, (lines + some - 1) / some, pixel_ns * double(some) * double(length),
             [&](std::int64_t begin, std::int64_t end) {
               BlockPainter painter(masks, labels, order, map);
               const std::int64_t last = std::min(end * some, lines);
               for (std::int64_t band = begin * some; band < last; band += some) {
                 const std::int64_t stop = std::min(band + some, last);
                 for (std::int64_t first = 0; first < length; first += 64 * most) {
                   const std::int64_t n = std::min(64 * most, length - first);
                   for (std::int64_t line = band; line < stop; line += block_side) {
                     painter.paint({line, std::min(block_side, stop - line), first, n});
                   }
                 }
               }
             });
  return true;
}

}  // namespace me::cpu
