#include "ops/canvas/label_map.h"

#include <algorithm>

namespace me::cpu {

LabelMap::LabelMap(const MutableMaskView& array)
    : size_{array.height, array.width},
      element_(array.element),
      bytes_(element_bytes(array.element)),
      step_(array.column_stride),
      data_(array.data),
      row_stride_(array.row_stride) {
  if (size_.width <= 1) step_ = bytes_;  // an array of one column may have any stride
}

LabelMap::LabelMap(Size size, Element element, std::int64_t tile_side, TileSource& source)
    : size_(size),
      element_(element),
      bytes_(element_bytes(element)),
      step_(bytes_),
      source_(&source),
      side_(tile_side) {}

std::vector<std::pair<std::int64_t, std::int64_t>> LabelMap::written_tiles() const {
  std::vector<std::pair<std::int64_t, std::int64_t>> places;
  for (const auto& [key, tile] : tiles_) {
    if (!tile.written) continue;
    places.emplace_back(static_cast<std::int64_t>(key >> 32),
                        static_cast<std::int64_t>(key & 0xffffffff));
  }
  std::sort(places.begin(), places.end());
  return places;
}

LabelMap::Stretch LabelMap::tile_at(std::int64_t y, std::int64_t x, bool to_write) {
  const std::int64_t row = y / side_;
  const std::int64_t column = x / side_;
  const std::uint64_t key =
      static_cast<std::uint64_t>(row) << 32 | static_cast<std::uint64_t>(column);
  if (last_ == nullptr || last_key_ != key) {
    auto found = tiles_.find(key);
    if (found == tiles_.end()) {
      char* const data = source_->fetch(row, column);
      found = tiles_.emplace(key, Tile{data, false}).first;
    }
    last_ = &found->second;
    last_key_ = key;
  }
  last_->written |= to_write;
  const std::int64_t left = column * side_;
  const std::int64_t end = std::min(left + side_, size_.width);
  const std::int64_t offset = (y - row * side_) * (end - left) + (x - left);
  return {last_->data + offset * bytes_, end};
}

}  // namespace me::cpu
