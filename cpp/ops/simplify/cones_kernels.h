// The walk that keeps within a distance. One kernel per CPU level; all take the same steps with the
// same roundings.
#pragma once
#include <cstdint>

namespace me::kernels {

// Writes the vertices that a walk over xy from vertex `from` to vertex `end` keeps, without `end`;
// returns the place behind the last one.
std::int64_t* walk_cones_scalar(const double* xy, std::int64_t from, std::int64_t end,
                                double distance, std::int64_t* kept);
std::int64_t* walk_cones_avx2(const double* xy, std::int64_t from, std::int64_t end,
                              double distance, std::int64_t* kept);

// A look ahead ends where it took this many vertices more than it won, so that time is linear.
inline constexpr std::int64_t cone_look_ahead = 64;

// In place of lengths of 0 and less where they would divide.
inline constexpr double least_length = 1e-300;

// A cone is an interval of slopes aside / ahead, by an axis ahead. The type belongs to the
// including file alone, so that no instance is shared between CPU levels: Cone::root() is the
// square root, has() says whether a direction is in the cone and `reach` not negative, and cut()
// leaves what passes a vertex within the distance, where `along` is the length of the tangent to
// it.
template <class Cone>
struct ConeWalk {
  const double* xy;
  double distance;

  // The last vertex in (from, end] whose edge passes within the distance of all vertices before it.
  //
  // The first vertex beyond the distance gives the axis ahead; all directions that pass it are less
  // than a right angle from that. An outline turns as if by chance: each step is arithmetic, with
  // branches that nearly always go one way.
  std::int64_t farthest(std::int64_t from, std::int64_t end) const {
    const double anchor_x = xy[2 * from];
    const double anchor_y = xy[2 * from + 1];
    const double square = distance * distance;
    std::int64_t i = from + 1;
    double x = 0;
    double y = 0;
    for (; i <= end; i++) {  // what is near the anchor is near any edge from it
      x = xy[2 * i] - anchor_x;
      y = xy[2 * i + 1] - anchor_y;
      if (x * x + y * y > square) break;
    }
    if (i > end) return end;
    const double axis_x = x;
    const double axis_y = y;
    std::int64_t best = i;
    double longest = x * x + y * y;
    const double tangent = Cone::root(longest - square);
    Cone cone(distance / (tangent < least_length ? least_length : tangent));
    for (i++; i <= end; i++) {
      if (i - best > cone_look_ahead + (best - from)) break;
      x = xy[2 * i] - anchor_x;
      y = xy[2 * i + 1] - anchor_y;
      const double length = x * x + y * y;
      if (length <= square) continue;
      const double ahead = axis_x * x + axis_y * y;
      const double aside = axis_x * y - axis_y * x;
      if (ahead <= 0) break;
      // the edge reaches as far as all vertices before: then near its line is near the edge
      best = cone.has(ahead, aside, length - longest) ? i : best;
      longest = longest < length ? length : longest;
      cone.cut(ahead, aside, Cone::root(length - square), distance);
      if (cone.empty()) break;
    }
    return best;
  }

  std::int64_t* walk(std::int64_t from, std::int64_t end, std::int64_t* kept) const {
    while (from < end) {
      *kept++ = from;
      from = farthest(from, end);
    }
    return kept;
  }
};

}  // namespace me::kernels
