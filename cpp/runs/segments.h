// A batch of masks as tables for pair work: foreground segments, area and box of each.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/buffer.h"
#include "base/exec.h"
#include "base/parallel.h"
#include "runs/positions.h"
#include "runs/runs.h"

namespace me {

// Half-open: columns [left, right), rows [top, bottom). Empty when right == 0.
struct Box {
  std::int64_t left = 0, right = 0, top = 0, bottom = 0;
};

inline bool boxes_meet(const Box& a, const Box& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

// The foreground of one mask: n segments [bounds[2k], bounds[2k + 1]) of positions, none empty,
// none touching the next.
template <class Position>
struct Segments {
  const Position* bounds;
  std::int64_t n;
  std::int64_t area;
  Box box;
};

// Position holds the area of every mask: uint32 below 2^32 pixels, else int64.
template <class Position>
class SegmentTable {
 public:
  SegmentTable(const RunsView& masks, const Exec& exec) : offsets_(masks.n), segments_(masks.n) {
    std::int64_t room = 0;
    for (std::int64_t i = 0; i < masks.n; i++) {
      offsets_[i] = room;
      room += masks[i].n + toggle_padding;
    }
    bounds_.resize(room);
    const double runs_each = masks.n == 0 ? 0.0 : double(room) / double(masks.n);
    for_ranges(exec, masks.n, 20 + 2 * runs_each, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; i++) {
        Position* bounds = bounds_.data() + offsets_[i];
        const std::int64_t toggles = toggles_of(masks[i], bounds);
        segments_[i] = measured(bounds, (toggles + 1) / 2, masks.size(i).height);
      }
    });
  }

  std::int64_t n() const { return segments_.size(); }
  const Segments<Position>& operator[](std::int64_t i) const { return segments_[i]; }

 private:
  // Columns are followed, not divided for: most segments lie in the column of the one before or in
  // the next.
  static Segments<Position> measured(const Position* bounds, std::int64_t n, std::int64_t height) {
    Segments<Position> out{bounds, n, 0, {}};
    if (n == 0) return out;
    std::int64_t column = 0;  // and the position of its first pixel
    std::int64_t start = 0;
    Box box{0, 0, height, 0};
    for (std::int64_t k = 0; k < n; k++) {
      const std::int64_t begin = bounds[2 * k];
      const std::int64_t end = bounds[2 * k + 1];
      out.area += end - begin;
      if (begin - start >= height) {
        const std::int64_t columns = begin - start < 2 * height ? 1 : (begin - start) / height;
        column += columns;
        start += columns * height;
      }
      if (k == 0) box.left = column;
      const bool inside = end - start <= height;  // else it goes on into the next column
      box.top = std::min(box.top, inside ? begin - start : 0);
      box.bottom = std::max(box.bottom, inside ? end - start : height);
    }
    box.right = (std::int64_t{bounds[2 * n - 1]} - 1) / height + 1;
    out.box = box;
    return out;
  }

  Buffer<std::int64_t> offsets_;
  Buffer<Segments<Position>> segments_;
  Buffer<Position> bounds_;
};

// Number of pixels that are in both masks.
template <class Position>
std::int64_t shared_area(const Segments<Position>& a, const Segments<Position>& b) {
  if (a.n == 0 || b.n == 0) return 0;
  const Position low = std::max(a.bounds[0], b.bounds[0]);
  const Position high = std::min(a.bounds[2 * a.n - 1], b.bounds[2 * b.n - 1]);
  if (low >= high) return 0;
  // Bounds are sorted, so the segment that holds or follows `low` is found by halving.
  const auto from = [low](const Segments<Position>& s) {
    const auto at = std::upper_bound(s.bounds, s.bounds + 2 * s.n, low) - s.bounds;
    return s.bounds + (at & ~std::ptrdiff_t{1});
  };
  const Position* p = from(a);
  const Position* q = from(b);
  const Position* const p_end = a.bounds + 2 * a.n;
  const Position* const q_end = b.bounds + 2 * b.n;
  std::int64_t shared = 0;
  while (p < p_end && q < q_end) {
    const Position begin = std::max(p[0], q[0]);
    const Position end = std::min(p[1], q[1]);
    shared += begin < end ? std::int64_t{end - begin} : 0;
    const bool p_first = p[1] < q[1];
    p += p_first ? 2 : 0;
    q += p_first ? 0 : 2;
  }
  return shared;
}

}  // namespace me
