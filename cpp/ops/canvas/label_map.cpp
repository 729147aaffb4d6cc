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

LabelMap::LabelMap(Size size, Element element, TileSource& source)
    : size_(size),
      element_(element),
      bytes_(element_bytes(element)),
      step_(bytes_),
      source_(&source) {}

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

char* LabelMap::find_tile(std::uint64_t key, Access access) {
  const auto row = static_cast<std::int64_t>(key >> 32);
  const auto column = static_cast<std::int64_t>(key & 0xffffffff);
  if (last_ == nullptr || last_key_ != key) {
    auto found = tiles_.find(key);
    if (found == tiles_.end()) {
      if (access == Access::peek) {
        if (peeked_ == nullptr || peeked_key_ != key) {
          peeked_ = nullptr;
          peeked_ = const_cast<char*>(source_->peek(row, column));  // read alone
          peeked_key_ = key;
        }
        return peeked_;
      }
      peeked_ = nullptr;
      char* const data = source_->fetch(row, column);
      found = tiles_.emplace(key, Tile{data, false}).first;
    }
    last_ = &found->second;
    last_key_ = key;
  }
  last_->written |= access == Access::write;
  return last_->data;
}

LabelMap::Stretch LabelMap::tile_at(std::int64_t y, std::int64_t x, Access access) {
  const std::int64_t row = y / block;
  const std::int64_t column = x / block;
  const std::uint64_t key =
      static_cast<std::uint64_t>(row) << 32 | static_cast<std::uint64_t>(column);
  char* const data = find_tile(key, access);
  const std::int64_t left = column * block;
  const std::int64_t end = std::min(left + block, size_.width);
  const std::int64_t offset = (y - row * block) * (end - left) + (x - left);
  return {data + offset * bytes_, end};
}

}  // namespace me::cpu
