// Where the labels are that a canvas edits: an array, or tiles that are fetched when first touched.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/size.h"
#include "base/view.h"

namespace me::cpu {

// Gives the tiles of labels that lie elsewhere. A tile keeps its place until it is dropped.
class TileSource {
 public:
  virtual ~TileSource() = default;
  // The tile at a place, in tiles: side x side labels, row by row; fewer at the far edges.
  virtual char* fetch(std::int64_t row, std::int64_t column) = 0;
};

class LabelMap {
 public:
  // An array of integers of any strides.
  explicit LabelMap(const MutableMaskView& array);
  LabelMap(Size size, Element element, std::int64_t tile_side, TileSource& source);

  Size size() const { return size_; }
  Element element() const { return element_; }
  std::int64_t bytes() const { return bytes_; }
  // Bytes from a label to the next of its row.
  std::int64_t step() const { return step_; }
  bool is_tiled() const { return source_ != nullptr; }

  // Labels of one row from a pixel on, which lie `step` apart.
  struct Stretch {
    char* data;
    std::int64_t end;  // the column after the last
  };
  Stretch at(std::int64_t y, std::int64_t x, bool to_write) {
    if (source_ == nullptr) return {data_ + y * row_stride_ + x * step_, size_.width};
    return tile_at(y, x, to_write);
  }

  // The places (row, column) of the tiles written since they were fetched.
  std::vector<std::pair<std::int64_t, std::int64_t>> written_tiles() const;
  // Forgets all tiles, which may then move.
  void forget_tiles() {
    tiles_.clear();
    last_ = nullptr;
  }

 private:
  struct Tile {
    char* data;
    bool written;
  };
  Stretch tile_at(std::int64_t y, std::int64_t x, bool to_write);

  Size size_;
  Element element_;
  std::int64_t bytes_, step_;
  char* data_ = nullptr;
  std::int64_t row_stride_ = 0;

  TileSource* source_ = nullptr;
  std::int64_t side_ = 0;
  std::unordered_map<std::uint64_t, Tile> tiles_;
  std::uint64_t last_key_ = 0;
  Tile* last_ = nullptr;
};

}  // namespace me::cpu
