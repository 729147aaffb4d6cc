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
  // The tile at a place, in tiles: block x block labels, row by row; fewer at the far edges.
  virtual char* fetch(std::int64_t row, std::int64_t column) = 0;
  // The same, to be read once: it is gone with the next call.
  virtual const char* peek(std::int64_t row, std::int64_t column) = 0;
};

class LabelMap {
 public:
  // Side of the blocks in which labels that lie in tiles are best gone through: that of a tile.
  static constexpr std::int64_t block = 512;

  // An array of integers of any strides.
  explicit LabelMap(const MutableMaskView& array);
  LabelMap(Size size, Element element, TileSource& source);

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
  // Tiles that are peeked at are not kept.
  enum class Access { read, write, peek };
  Stretch at(std::int64_t y, std::int64_t x, Access access) {
    if (source_ == nullptr) return {data_ + y * row_stride_ + x * step_, size_.width};
    return tile_at(y, x, access);
  }

  // The places (row, column) of the tiles written since they were fetched.
  std::vector<std::pair<std::int64_t, std::int64_t>> written_tiles() const;
  // Forgets all tiles, which may then move.
  void forget_tiles() {
    tiles_.clear();
    last_ = nullptr;
    peeked_ = nullptr;
  }

 private:
  struct Tile {
    char* data;
    bool written;
  };
  Stretch tile_at(std::int64_t y, std::int64_t x, Access access);
  char* find_tile(std::uint64_t key, Access access);

  Size size_;
  Element element_;
  std::int64_t bytes_, step_;
  char* data_ = nullptr;
  std::int64_t row_stride_ = 0;

  TileSource* source_ = nullptr;
  std::unordered_map<std::uint64_t, Tile> tiles_;
  std::uint64_t last_key_ = 0;
  Tile* last_ = nullptr;
  std::uint64_t peeked_key_ = 0;
  char* peeked_ = nullptr;
};

}  // namespace me::cpu
