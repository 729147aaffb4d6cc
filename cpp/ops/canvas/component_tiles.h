// The connected components of one label, kept up to date as a label map is edited.
//
// Each tile has its own components, and what they have on its border. After an edit only tiles in
// which a pixel got or lost the label are read again; the components of tiles are then joined
// along the borders, for which no pixel is read.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ops/canvas/changes.h"
#include "ops/canvas/label_map.h"

namespace me::cpu {

struct ComponentSums {
  PixelBox box;
  std::int64_t area = 0;
  double x = 0, y = 0;  // sums of the columns and rows of the pixels: exact below 2^53
  std::int64_t first_y = 0, first_x = 0;  // first pixel in raster order

  void add_run(std::int64_t row, std::int64_t begin, std::int64_t end);
  void join(const ComponentSums& other);
};

class ComponentTiles {
 public:
  ComponentTiles(std::uint64_t label, bool diagonal) : label_(label), diagonal_(diagonal) {}

  // Takes notice of changes that were written.
  void note(const Changes& changes);

  // All components, in raster order of their first pixels.
  std::vector<ComponentSums> components(LabelMap& labels);
  // The box around all of them.
  PixelBox box(LabelMap& labels);

  // Tiles that were read, in all: what an edit costs.
  std::int64_t tiles_read() const { return tiles_read_; }

 private:
  static constexpr std::int64_t side = 256;
  using Key = std::uint64_t;

  // Pixels [begin, end) of a border, and the component of the tile that they belong to.
  struct BorderRun {
    std::int32_t begin, end, component;
  };
  struct Tile {
    std::vector<ComponentSums> components;
    std::vector<BorderRun> top, bottom, left, right;
    std::int64_t first = 0;  // number of its first component, when all are joined
  };
  struct Run {
    std::int32_t begin, end, component;
  };

  void refresh(LabelMap& labels);
  template <class T>
  void read_tile(LabelMap& labels, std::int64_t row, std::int64_t column);
  void link_rows(const std::vector<Run>& above, std::vector<Run>& here);
  void finish_tile(Tile& tile);
  std::int32_t root(std::int32_t component);

  template <class Unite>
  void join_borders(Unite unite);
  const Tile* tile_at(std::int64_t row, std::int64_t column) const;

  std::uint64_t label_;
  bool diagonal_;
  bool complete_ = false;  // whether all tiles have been read once
  std::int64_t tiles_read_ = 0;
  std::unordered_map<Key, Tile> tiles_;  // those with a pixel of the label
  std::unordered_set<Key> stale_;
  std::vector<std::int32_t> parents_;  // of the components of the tile in hand
};

}  // namespace me::cpu
