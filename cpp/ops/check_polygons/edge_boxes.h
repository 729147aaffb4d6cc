// Pairs of edges whose boxes overlap. Private to check_polygons.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/buffer.h"

namespace me::cpu {

// Boxes lie along x and y, or along x + y and x - y: the sums are rounded, but rounding keeps the
// order, so that the boxes of edges that meet overlap in any of the frames.
//
// Boxes are sorted by where they start along one axis of the frame, and each is compared with those
// that start before it ends. The frame and the axis are those along which edges are shortest.
class EdgeBoxes {
 public:
  // Edge e is from xy[2e] to xy[2e + 2]. Calls visit(e, f) once for each pair, in any order, until
  // it returns false.
  template <class Visit>
  void find(const double* xy, std::int64_t n, Visit visit) {
    if (n <= few) {
      measure(xy, n, 0);
    } else {
      const int axis = shortest_axis(xy, n);
      measure(xy, n, axis);
      sort(n);
    }
    for (std::int64_t k = 0; k + 1 < n; k++) {
      const double start = low_[k];
      const double end = high_[k];
      const double top = top_[k];
      const double bottom = bottom_[k];
      for (std::int64_t f = k + 1; f < n; f += block) {
        if (n > few && low_[f] > end) break;
        const std::int64_t stop = std::min(f + block, n);
        unsigned hits = 0;
        for (std::int64_t j = f; j < stop; j++) {
          const bool hit =
              (low_[j] <= end) & (high_[j] >= start) & (top_[j] <= bottom) & (bottom_[j] >= top);
          hits |= unsigned{hit} << (j - f);
        }
        for (std::int64_t j = f; hits != 0; j++, hits >>= 1) {
          if ((hits & 1) != 0 && !visit(edge_[k], edge_[j])) return;
        }
      }
    }
  }

 private:
  static constexpr std::int64_t few = 48;  // all pairs are cheaper than sorting
  static constexpr std::int64_t block = 8;

  // Place of a point along axis 0 (x), 1 (y), 2 (x + y) or 3 (x - y).
  static double along(const double* p, int axis) {
    return axis == 0 ? p[0] : axis == 1 ? p[1] : axis == 2 ? p[0] + p[1] : p[0] - p[1];
  }

  static int shortest_axis(const double* xy, std::int64_t n);
  void measure(const double* xy, std::int64_t n, int axis);
  void sort(std::int64_t n);

  struct Start {
    double low;
    std::int64_t edge;
  };

  Buffer<double> low_, high_;    // along the axis
  Buffer<double> top_, bottom_;  // across it
  Buffer<double> spare_;
  Buffer<std::int64_t> edge_;
  Buffer<Start> order_;
};

}  // namespace me::cpu
