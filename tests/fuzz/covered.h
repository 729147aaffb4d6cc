// Whether a brush covers a pixel on its way from one point to the next, by the definition in
// docs/ops/stroke.md, in integers of 128 bits.
#pragma once
#include <algorithm>

#include "geometry/brush.h"
#include "input.h"

namespace fuzz {

__extension__ using Wide = __int128;

// Whether at + t * slope <= 0 (or < 0) for all sides holds at some t in [0, 1].
struct Side {
  Wide at, slope;
  bool strict;
};

inline bool meets(const std::vector<Side>& sides) {
  Wide low = 0, low_of = 1, high = 1, high_of = 1;  // t in [low / low_of, high / high_of]
  bool low_open = false, high_open = false;
  for (const Side& side : sides) {
    if (side.slope == 0) {
      if (side.at > 0 || (side.strict && side.at == 0)) return false;
      continue;
    }
    // t <= -at / slope where the slope is positive, t >= it where negative
    const Wide n = side.slope > 0 ? -side.at : side.at,
               d = side.slope > 0 ? side.slope : -side.slope;
    if (side.slope > 0) {
      const Wide left = n * high_of, right = high * d;
      if (left < right || (left == right && side.strict)) {
        high = n;
        high_of = d;
        high_open = side.strict;
      }
    } else {
      const Wide left = n * low_of, right = low * d;
      if (left > right || (left == right && side.strict)) {
        low = n;
        low_of = d;
        low_open = side.strict;
      }
    }
  }
  const Wide left = low * high_of, right = high * low_of;
  return left < right || (left == right && !low_open && !high_open);
}

// (u, v): the centre of a pixel. All on the grid of 2^-16 pixel, below 2^27.
inline bool disc_covers(const me::BrushPoint& p, const me::BrushPoint& q, Wide u, Wide v) {
  const Wide du = u - p.u, dv = v - p.v, eu = q.u - p.u, ev = q.v - p.v;
  const Wide r = p.radius, f = Wide(q.radius) - p.radius;
  const Wide a = eu * eu + ev * ev - f * f, b = -2 * (du * eu + dv * ev + r * f);
  const Wide c = du * du + dv * dv - r * r;
  if (c <= 0 || a + b + c <= 0) return true;
  return a > 0 && b < 0 && -b < 2 * a && 4 * a * c <= b * b;
}

inline bool square_covers(const me::BrushPoint& p, const me::BrushPoint& q, Wide u, Wide v) {
  const Wide du = u - p.u, dv = v - p.v, eu = q.u - p.u, ev = q.v - p.v;
  const Wide r = p.radius, f = Wide(q.radius) - p.radius;
  return meets({{du - r, -eu - f, false},
                {-du - r, eu - f, false},
                {dv - r, -ev - f, false},
                {-dv - r, ev - f, false}});
}

// Cells hold their low edges and not their high ones.
inline bool cell_covers(const me::BrushPoint& p, const me::BrushPoint& q,
                        const me::SweptBox::Edges& cell, Wide u, Wide v) {
  const Wide eu = q.u - p.u, ev = q.v - p.v;
  return meets({{p.u + cell.u0 - u, eu, false},
                {u - p.u - cell.u1, -eu, true},
                {p.v + cell.v0 - v, ev, false},
                {v - p.v - cell.v1, -ev, true}});
}

inline bool segment_covers(const me::Brush& brush, const me::BrushPoint& p, const me::BrushPoint& q,
                           std::int64_t x, std::int64_t y) {
  const Wide u = x * me::grid_one + me::grid_half, v = y * me::grid_one + me::grid_half;
  if (brush.shape == me::BrushShape::disc) return disc_covers(p, q, u, v);
  if (brush.shape == me::BrushShape::square) return square_covers(p, q, u, v);
  for (std::int64_t k = 0; k < brush.n_boxes; k++) {
    if (cell_covers(p, q, brush.boxes[k], u, v)) return true;
  }
  return false;
}

// The pixels of a grid that the way over points covers become `value`.
inline void cover(Grid& grid, const me::Brush& brush, const std::vector<me::BrushPoint>& points,
                  std::uint64_t value) {
  for (std::size_t k = 0; k < points.size(); k++) {
    if (k > 0 && k + 1 == points.size()) break;
    const me::BrushPoint &p = points[k], &q = points[std::min(k + 1, points.size() - 1)];
    for (std::int64_t y = 0; y < grid.height; y++) {
      for (std::int64_t x = 0; x < grid.width; x++) {
        if (segment_covers(brush, p, q, x, y)) grid.at(y, x) = value;
      }
    }
  }
}

// Points on the grid or a little off it, in and around the image.
inline me::BrushPoint read_point(Input& input, me::Size size) {
  const auto place = [&](std::int64_t side) {
    const std::int64_t half = input.below(2 * side + 41) - 20;
    const std::int64_t off[4] = {0, 1, -1, 0};
    const std::uint8_t how = input.byte();
    return half * me::grid_half + (how < 192 ? off[how % 4] : input.value<std::int16_t>());
  };
  const std::int64_t u = place(size.width), v = place(size.height);
  const std::uint8_t how = input.byte();
  std::int64_t radius = how % 24 * me::grid_half;
  if (how >= 192) radius += input.value<std::uint16_t>();
  return {u, v, radius};
}

}  // namespace fuzz
