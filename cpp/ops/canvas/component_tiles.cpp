#include "ops/canvas/component_tiles.h"

#include <algorithm>
#include <utility>

#include "base/sort_polling.h"
#include "base/values.h"
#include "ops/canvas/stretches.h"

namespace me::cpu {
namespace {

std::uint64_t key_of(std::int64_t row, std::int64_t column) {
  return static_cast<std::uint64_t>(row) << 32 | static_cast<std::uint64_t>(column);
}
std::int64_t row_of(std::uint64_t key) { return static_cast<std::int64_t>(key >> 32); }
std::int64_t column_of(std::uint64_t key) { return static_cast<std::int64_t>(key & 0xffffffff); }

bool comes_first(const ComponentSums& a, const ComponentSums& b) {
  return a.first_y != b.first_y ? a.first_y < b.first_y : a.first_x < b.first_x;
}

// Calls meet(i, j) for the runs of two lists, each in order, that touch: overlap, or, with
// `reach` 1, meet at a corner.
template <class Runs, class Meet>
void for_touching(const Runs& a, const Runs& b, std::int32_t reach, Meet meet) {
  std::size_t j = 0;
  for (std::size_t i = 0; i < a.size(); i++) {
    while (j < b.size() && b[j].end + reach <= a[i].begin) j++;
    for (std::size_t k = j; k < b.size() && b[k].begin < a[i].end + reach; k++) meet(i, k);
  }
}

}  // namespace

void ComponentSums::add_run(std::int64_t row, std::int64_t begin, std::int64_t end) {
  const auto n = static_cast<double>(end - begin);
  ComponentSums run;
  run.box = {begin, row, end, row + 1};
  run.area = end - begin;
  run.x = n * (static_cast<double>(begin) + static_cast<double>(end) - 1) / 2;
  run.y = n * static_cast<double>(row);
  run.first_y = row;
  run.first_x = begin;
  join(run);
}

void ComponentSums::join(const ComponentSums& other) {
  if (area == 0) {
    *this = other;
    return;
  }
  box.left = std::min(box.left, other.box.left);
  box.top = std::min(box.top, other.box.top);
  box.right = std::max(box.right, other.box.right);
  box.bottom = std::max(box.bottom, other.box.bottom);
  area += other.area;
  x += other.x;
  y += other.y;
  if (comes_first(other, *this)) {
    first_y = other.first_y;
    first_x = other.first_x;
  }
}

void ComponentTiles::note(const Changes& changes) {
  if (!complete_) return;
  for (const Change& change : changes) {
    if (change.before != label_ && change.after != label_) continue;
    for (std::int64_t column = change.begin / side; column * side < change.end; column++) {
      stale_.insert(key_of(change.y / side, column));
    }
  }
}

void ComponentTiles::refresh(LabelMap& labels) {
  with_unsigned(labels.bytes(), [&](auto zero) {
    using T = decltype(zero);
    if (complete_) {
      while (!stale_.empty()) {
        const Key key = *stale_.begin();
        read_tile<T>(labels, row_of(key), column_of(key));
        stale_.erase(key);
      }
      return;
    }
    tiles_.clear();
    constexpr std::int64_t block = LabelMap::block;
    const Size size = labels.size();
    for (std::int64_t y = 0; y < size.height; y += block) {
      for (std::int64_t x = 0; x < size.width; x += block) {
        for (std::int64_t row = y / side; row < (y + block) / side; row++) {
          for (std::int64_t column = x / side; column < (x + block) / side; column++) {
            read_tile<T>(labels, row, column);
          }
        }
      }
    }
    complete_ = true;
  });
}

std::int32_t ComponentTiles::root(std::int32_t component) {
  while (parents_[static_cast<std::size_t>(component)] != component) {
    auto& parent = parents_[static_cast<std::size_t>(component)];
    component = parent = parents_[static_cast<std::size_t>(parent)];
  }
  return component;
}

// Gives the runs of a row the components of those above that they touch.
void ComponentTiles::link_rows(const std::vector<Run>& above, std::vector<Run>& here) {
  for_touching(here, above, diagonal_ ? 1 : 0, [&](std::size_t i, std::size_t k) {
    const std::int32_t other = root(above[k].component);
    if (here[i].component < 0) {
      here[i].component = other;
      return;
    }
    const std::int32_t own = root(here[i].component);
    parents_[static_cast<std::size_t>(std::max(own, other))] = std::min(own, other);
  });
  for (Run& run : here) {
    if (run.component >= 0) continue;
    run.component = static_cast<std::int32_t>(parents_.size());
    parents_.push_back(run.component);
  }
}

template <class T>
void ComponentTiles::read_tile(LabelMap& labels, std::int64_t row, std::int64_t column) {
  const std::int64_t top = row * side;
  const std::int64_t left = column * side;
  const std::int64_t bottom = std::min(top + side, labels.size().height);
  const std::int64_t right = std::min(left + side, labels.size().width);
  if (top >= bottom || left >= right) return;
  tiles_read_++;
  parents_.clear();
  Tile tile;
  std::vector<Run> above;
  std::vector<Run> here;
  for (std::int64_t y = top; y < bottom; y++) {
    above.swap(here);
    here.clear();
    for_stretches<T>(labels, LabelMap::Access::peek, y, left, right,
                     [&](std::uint64_t label, std::int64_t begin, std::int64_t end) {
                       if (label != label_) return;
                       const auto from = static_cast<std::int32_t>(begin);
                       const auto to = static_cast<std::int32_t>(end);
                       if (!here.empty() && here.back().end == from) {
                         here.back().end = to;  // a stretch goes on in the next tile of labels
                       } else {
                         here.push_back({from, to, -1});
                       }
                     });
    link_rows(above, here);
    tile.components.resize(parents_.size());
    for (const Run& run : here) {
      tile.components[static_cast<std::size_t>(run.component)].add_run(y, run.begin, run.end);
      const BorderRun border{run.begin, run.end, run.component};
      const auto at = static_cast<std::int32_t>(y);
      if (y == top) tile.top.push_back(border);
      if (y == bottom - 1) tile.bottom.push_back(border);
      if (run.begin == left) tile.left.push_back({at, at + 1, run.component});
      if (run.end == right) tile.right.push_back({at, at + 1, run.component});
    }
  }
  finish_tile(tile);
  if (tile.components.empty()) {
    tiles_.erase(key_of(row, column));
  } else {
    tiles_[key_of(row, column)] = std::move(tile);
  }
}

// Numbers the components of a tile without gaps.
void ComponentTiles::finish_tile(Tile& tile) {
  std::vector<ComponentSums> joined;
  std::vector<std::int32_t> numbers(parents_.size());
  for (std::size_t i = 0; i < parents_.size(); i++) {
    const std::int32_t above = root(static_cast<std::int32_t>(i));
    if (above == static_cast<std::int32_t>(i)) {
      numbers[i] = static_cast<std::int32_t>(joined.size());
      joined.push_back(tile.components[i]);
    } else {
      numbers[i] = numbers[static_cast<std::size_t>(above)];
      joined[static_cast<std::size_t>(numbers[i])].join(tile.components[i]);
    }
  }
  tile.components = std::move(joined);
  for (auto* border : {&tile.top, &tile.bottom, &tile.left, &tile.right}) {
    std::size_t n = 0;
    for (BorderRun run : *border) {
      run.component = numbers[static_cast<std::size_t>(run.component)];
      BorderRun* const last = n > 0 ? &(*border)[n - 1] : nullptr;
      if (last != nullptr && last->end == run.begin && last->component == run.component) {
        last->end = run.end;
      } else {
        (*border)[n++] = run;
      }
    }
    border->resize(n);
    border->shrink_to_fit();
  }
  tile.components.shrink_to_fit();
}

const ComponentTiles::Tile* ComponentTiles::tile_at(std::int64_t row, std::int64_t column) const {
  if (row < 0 || column < 0) return nullptr;
  const auto found = tiles_.find(key_of(row, column));
  return found == tiles_.end() ? nullptr : &found->second;
}

template <class Unite>
void ComponentTiles::join_borders(Unite unite) {
  const std::int32_t reach = diagonal_ ? 1 : 0;
  for (const auto& placed : tiles_) {
    const Tile& tile = placed.second;  // lambdas cannot take a structured binding
    const std::int64_t row = row_of(placed.first);
    const std::int64_t column = column_of(placed.first);
    const auto join = [&](const std::vector<BorderRun>& own, const Tile* other,
                          const std::vector<BorderRun> Tile::* border) {
      if (other == nullptr) return;
      const std::vector<BorderRun>& theirs = other->*border;
      for_touching(own, theirs, reach, [&](std::size_t i, std::size_t k) {
        unite(tile.first + own[i].component, other->first + theirs[k].component);
      });
    };
    join(tile.right, tile_at(row, column + 1), &Tile::left);
    join(tile.bottom, tile_at(row + 1, column), &Tile::top);
    if (diagonal_) {  // at a corner
      join(tile.bottom, tile_at(row + 1, column + 1), &Tile::top);
      join(tile.bottom, tile_at(row + 1, column - 1), &Tile::top);
    }
  }
}

std::vector<ComponentSums> ComponentTiles::components(LabelMap& labels) {
  refresh(labels);
  std::vector<ComponentSums> all;
  for (auto& [key, tile] : tiles_) {
    tile.first = static_cast<std::int64_t>(all.size());
    all.insert(all.end(), tile.components.begin(), tile.components.end());
  }
  std::vector<std::int64_t> parents(all.size());
  for (std::size_t i = 0; i < parents.size(); i++) parents[i] = static_cast<std::int64_t>(i);
  const auto top_of = [&](std::int64_t i) {
    while (parents[static_cast<std::size_t>(i)] != i) {
      auto& parent = parents[static_cast<std::size_t>(i)];
      i = parent = parents[static_cast<std::size_t>(parent)];
    }
    return i;
  };
  join_borders([&](std::int64_t a, std::int64_t b) {
    a = top_of(a);
    b = top_of(b);
    parents[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
  });
  std::vector<ComponentSums> joined;
  for (std::size_t i = 0; i < all.size(); i++) {
    const auto top = static_cast<std::size_t>(top_of(static_cast<std::int64_t>(i)));
    if (top != i) all[top].join(all[i]);
  }
  for (std::size_t i = 0; i < all.size(); i++) {
    if (parents[i] == static_cast<std::int64_t>(i)) joined.push_back(all[i]);
  }
  sort_polling(joined.begin(), joined.end(), comes_first);
  return joined;
}

PixelBox ComponentTiles::box(LabelMap& labels) {
  refresh(labels);
  ComponentSums all;
  for (const auto& [key, tile] : tiles_) {
    for (const ComponentSums& component : tile.components) all.join(component);
  }
  return all.box;
}

}  // namespace me::cpu
