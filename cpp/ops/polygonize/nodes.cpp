#include "ops/polygonize/nodes.h"

#include <algorithm>

#include "base/interrupt.h"
#include "base/values.h"
#include "runs/row_changes.h"

namespace me {
namespace {

// Around a corner, four pixels have four sides between them. With two values two or four sides
// differ, with three three or four, with four all four: so three sides that differ make a node, and
// four do unless opposite pixels are equal.
template <class Opposite>
std::uint64_t node_bits(std::uint64_t up, std::uint64_t down, std::uint64_t left,
                        std::uint64_t right, Opposite opposite) {
  std::uint64_t four = up & down & left & right;
  std::uint64_t nodes = ((up & down) & (left | right)) | ((up | down) & (left & right));
  for (; four != 0; four &= four - 1) {
    const int bit = lowest_bit(four);
    if (opposite(bit)) nodes ^= std::uint64_t{1} << bit;
  }
  return nodes;
}

// The rows of corners of a map, from above the first row of pixels to below the last.
class CornerRows {
 public:
  explicit CornerRows(const DenseItem& map)
      : width_(map.size.width),
        height_(map.size.height),
        bytes_(element_bytes(map.element)),
        rows_(map),
        outside_(words_for(8 * width_ * bytes_)),
        kept_(words_for(8 * width_ * bytes_)),
        above_(n()),
        below_(n()),
        across_(n()) {
    std::fill(outside_.begin(), outside_.end(), std::uint64_t{0});
    std::fill(below_.begin(), below_.end(), std::uint64_t{0});
    up_ = outside();
  }
  std::int64_t n() const { return width_ / 64 + 1; }  // words of a row of corners

  // Rows are to be asked for in order.
  void find_nodes(std::int64_t y, std::uint64_t* words) {
    const bool last = y == height_;
    const char* down = last ? outside() : rows_.row(y);
    const auto& kernels = change_kernels();
    above_.swap(below_);
    below_[n() - 1] = across_[n() - 1] = 0;  // the kernels leave it when there is no pixel in it
    kernels.changes[width_index(bytes_)](down, width_, below_.data());
    kernels.differ[width_index(bytes_)](down, up_, width_, across_.data());
    with_unsigned(bytes_, [&](auto zero) { find_nodes(down, zero, words); });
    up_ = down;
    if (rows_.direct() || last) return;
    std::memcpy(kept_.data(), down, static_cast<std::size_t>(width_ * bytes_));
    up_ = reinterpret_cast<const char*>(kept_.data());
  }

 private:
  const char* outside() const { return reinterpret_cast<const char*>(outside_.data()); }

  template <class T>
  void find_nodes(const char* down, T, std::uint64_t* words) {
    const auto value = [&](const char* row, std::int64_t x) {
      T found = 0;
      if (x >= 0 && x < width_) std::memcpy(&found, row + x * bytes_, sizeof found);
      return found;
    };
    // on the right border the outside begins
    below_[n() - 1] |= std::uint64_t{value(down, width_ - 1) != 0} << width_ % 64;
    std::uint64_t before = 0;
    for (std::int64_t k = 0; k < n(); k++) {
      const std::uint64_t right = across_[k];
      const std::uint64_t left = right << 1 | before;
      before = right >> 63;
      words[k] = node_bits(above_[k], below_[k], left, right, [&](int bit) {
        const std::int64_t x = 64 * k + bit;
        return value(up_, x - 1) == value(down, x) && value(up_, x) == value(down, x - 1);
      });
    }
  }

  std::int64_t width_, height_, bytes_;
  RowReader rows_;
  const char* up_ = nullptr;
  Buffer<std::uint64_t> outside_;
  Buffer<std::uint64_t> kept_;  // the row above, where rows are not read where they lie
  // Where the pixels above and below change from left to right, and where they differ.
  Buffer<std::uint64_t> above_, below_, across_;
};

}  // namespace

Nodes::Nodes(const DenseItem& map)
    : tiles_across_(map.size.width / 8 + 1),
      tiles_down_(map.size.height / 8 + 1),
      row_bytes_(tiles_across_ / 8 + 8),
      column_bytes_(tiles_down_ / 8 + 8),
      tiles_(tiles_down_ * tiles_across_),
      tile_rows_(tiles_down_ * row_bytes_),
      tile_columns_(tiles_across_ * column_bytes_) {
  std::fill(tiles_.begin(), tiles_.end(), std::uint64_t{0});
  std::fill(tile_rows_.begin(), tile_rows_.end(), std::uint8_t{0});
  std::fill(tile_columns_.begin(), tile_columns_.end(), std::uint8_t{0});
  if (map.size.area() == 0) return;
  CornerRows rows(map);
  Buffer<std::uint64_t> words(rows.n());
  for (std::int64_t y = 0; y <= map.size.height; y++) {
    poll(static_cast<double>(map.size.width));
    rows.find_nodes(y, words.data());
    mark_words(y, words.data(), words.size());
  }
  note_tiles();
}

void Nodes::mark_words(std::int64_t y, const std::uint64_t* words, std::int64_t n) {
  std::uint64_t* const tiles = tiles_.data() + y / 8 * tiles_across_;
  for (std::int64_t k = 0; k < n; k++) {
    if (words[k] == 0) continue;
    for (std::int64_t i = 0; i < std::min<std::int64_t>(8, tiles_across_ - 8 * k); i++) {
      tiles[8 * k + i] |= (words[k] >> 8 * i & 0xff) << (y % 8 * 8);
    }
  }
}

void Nodes::note_tiles() {
  for (std::int64_t y = 0; y < tiles_down_; y++) {
    for (std::int64_t x = 0; x < tiles_across_; x++) {
      if (tiles_[y * tiles_across_ + x] == 0) continue;
      tile_rows_[y * row_bytes_ + x / 8] |= static_cast<std::uint8_t>(1 << x % 8);
      tile_columns_[x * column_bytes_ + y / 8] |= static_cast<std::uint8_t>(1 << y % 8);
    }
  }
}

}  // namespace me
