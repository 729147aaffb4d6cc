// What an edit did: stretches of rows that went from one label to another.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/buffer.h"
#include "runs/bit_tiles.h"

namespace me::cpu {

// Pixels [begin, end) of row y. Labels are known by their bits, zero-extended.
struct Change {
  std::int32_t y, begin, end;
  std::uint64_t before, after;
  std::int64_t area() const { return std::int64_t{end} - begin; }
  bool same_labels(const Change& other) const {
    return before == other.before && after == other.after;
  }
};

// In order when sorted by (y, begin); disjoint always; maximal: no two of the same labels touch.
using Changes = Buffer<Change>;

// Adds a change that comes after all others, in order; touching ones of the same labels are joined.
inline void add_in_order(Changes& changes, const Change& change) {
  if (!changes.empty()) {
    Change& last = changes.back();
    if (last.y == change.y && last.end == change.begin && last.same_labels(change)) {
      last.end = change.end;
      return;
    }
  }
  changes.push_back(change);
}

// Puts changes in order and joins what touches. They overlap when labels were changed from outside
// between the events of a stroke: then one of them has the pixel.
void put_in_order(Changes& changes);

// The changes of steps that followed one another, as one: in order, without pixels that end as they
// began. Each step is in order.
void compose_steps(const Changes& first, const Changes& second, Changes& both);

// The box around changes, and how many pixels they are.
struct Extent {
  PixelBox box;
  std::int64_t area = 0;

  void add(std::int64_t y, std::int64_t begin, std::int64_t end) {
    if (area == 0) box = {begin, y, end, y + 1};
    box.left = std::min(box.left, begin);
    box.right = std::max(box.right, end);
    box.top = std::min(box.top, y);
    box.bottom = std::max(box.bottom, y + 1);
    area += end - begin;
  }
};

Extent extent_of(const Changes& changes);

}  // namespace me::cpu
