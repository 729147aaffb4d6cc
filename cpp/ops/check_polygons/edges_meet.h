// Two edges: on which side, whether and how they meet, decided exactly. Private to check_polygons.
#pragma once
#include <algorithm>
#include <cmath>

#include "geometry/orientation.h"

namespace me::cpu {

inline bool same_point(const double* a, const double* b) { return a[0] == b[0] && a[1] == b[1]; }

// As orientation(), nearly always without a call.
inline int side(const double* a, const double* b, const double* c) {
  const double left = (b[0] - a[0]) * (c[1] - a[1]);
  const double right = (b[1] - a[1]) * (c[0] - a[0]);
  const double turn = left - right;
  if (std::abs(turn) > 0x1p-50 * (std::abs(left) + std::abs(right))) return turn > 0 ? 1 : -1;
  return orientation(a, b, c);
}

// For a point on the line through a and b: whether it is between them, ends included.
inline bool between(const double* a, const double* b, const double* p) {
  return std::min(a[0], b[0]) <= p[0] && p[0] <= std::max(a[0], b[0]) &&
         std::min(a[1], b[1]) <= p[1] && p[1] <= std::max(a[1], b[1]);
}

// Whether the edges a b and c d have a point in common, and one such point.
inline bool meet(const double* a, const double* b, const double* c, const double* d,
                 double* place) {
  const int c_side = side(a, b, c);
  const int d_side = side(a, b, d);
  if (c_side * d_side > 0) return false;
  const int a_side = side(c, d, a);
  const int b_side = side(c, d, b);
  const auto at = [place](const double* p) {
    place[0] = p[0];
    place[1] = p[1];
    return true;
  };
  if (c_side * d_side < 0 && a_side * b_side < 0) {
    const double dx = b[0] - a[0];
    const double dy = b[1] - a[1];
    const double u = (c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0]);
    const double w = dx * (d[1] - c[1]) - dy * (d[0] - c[0]);
    const double t = w != 0 ? std::min(std::max(u / w, 0.0), 1.0) : 0.5;
    place[0] = a[0] + t * dx;
    place[1] = a[1] + t * dy;
    return true;
  }
  if (c_side == 0 && between(a, b, c)) return at(c);
  if (d_side == 0 && between(a, b, d)) return at(d);
  if (a_side == 0 && between(c, d, a)) return at(a);
  if (b_side == 0 && between(c, d, b)) return at(b);
  return false;
}

// How the edges of two rings meet: not, in a point in which no edge need cross (an end of one of
// them), or otherwise.
enum class Meeting { none, touch, cross };

inline Meeting meeting(const double* a, const double* b, const double* c, const double* d,
                       double* place) {
  if (!meet(a, b, c, d, place)) return Meeting::none;
  const bool level = side(a, b, c) == 0 && side(a, b, d) == 0;
  if (!level) {
    const bool end =
        side(a, b, c) == 0 || side(a, b, d) == 0 || side(c, d, a) == 0 || side(c, d, b) == 0;
    return end ? Meeting::touch : Meeting::cross;
  }
  // on one line: a stretch in common, or one end
  const int axis = std::abs(b[0] - a[0]) > std::abs(b[1] - a[1]) ? 0 : 1;
  const double low = std::max(std::min(a[axis], b[axis]), std::min(c[axis], d[axis]));
  const double high = std::min(std::max(a[axis], b[axis]), std::max(c[axis], d[axis]));
  return low < high ? Meeting::cross : Meeting::touch;
}

// Whether the way `before` p `after` goes from one side of the way `from` p `to` to the other, when
// the two have only p in common.
inline bool passes(const double* from, const double* p, const double* to, const double* before,
                   const double* after) {
  const int turn = side(p, from, to);
  const auto within = [&](const double* q) {  // the sector that runs from `from` to `to`
    if (turn > 0) return side(p, from, q) > 0 && side(p, q, to) > 0;
    if (turn < 0) return !(side(p, to, q) >= 0 && side(p, q, from) >= 0);
    return side(p, from, q) > 0;
  };
  return within(before) != within(after);
}

}  // namespace me::cpu
