// Pairs of edges whose boxes overlap. Private to check_polygons.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/buffer.h"
#include "base/dispatch.h"
#include "base/interrupt.h"
#include "ops/check_polygons/edge_boxes_kernels.h"

namespace me::cpu {

// Boxes lie along x and y, or along x + y and x - y: the sums are rounded, but rounding keeps the
// order, so that the boxes of edges that meet overlap in any of the frames.
//
// Boxes are sorted by where they start along one axis of the frame, and each is compared with those
// that start before it ends. The frame and the axis are those along which edges are shortest.
class EdgeBoxes {
 public:
  // Edge e is from vertex starts[e] to the one after, or from vertex e where `starts` is null.
  // Calls visit(e, f) once for each pair, in any order, until it returns false or `work` is used
  // up: one for each pair visited and each 32 that were looked at. False when that ended it.
  template <class Visit>
  bool find(const double* xy, const std::int64_t* starts, std::int64_t n, std::int64_t& work,
            Visit visit) {
    if (n <= few) {
      measure(xy, starts, n, 0);
    } else {
      measure(xy, starts, n, shortest_axis(xy, starts, n));
      sort(n);
    }
    const kernels::NextOverlaps next =
        select(&kernels::next_overlaps_scalar, ME_X86(&kernels::next_overlaps_avx2), nullptr);
    const kernels::Boxes boxes{low_.data(), high_.data(), top_.data(), bottom_.data()};
    for (std::int64_t k = 0; k + 1 < n; k++) {
      const double end = n <= few ? INFINITY : high_[k];
      std::uint32_t hits = 0;
      std::int64_t at = k + 1;
      for (std::int64_t from = at; (at = next(boxes, k, at, n, end, &hits)) < n; from = at) {
        work -= (at - from) / 32;
        for (std::int64_t j = at; hits != 0; j++, hits >>= 1) {
          if ((hits & 1) == 0) continue;
          if (work-- <= 0) return false;
          if (!visit(edge_[k], edge_[j])) return true;
        }
        at += kernels::box_block;
      }
      poll(20 + static_cast<double>(at - k));
    }
    return true;
  }

 private:
  static constexpr std::int64_t few = 48;  // all pairs are cheaper than sorting

  // Place of a point along axis 0 (x), 1 (y), 2 (x + y) or 3 (x - y).
  static double along(const double* p, int axis) {
    return axis == 0 ? p[0] : axis == 1 ? p[1] : axis == 2 ? p[0] + p[1] : p[0] - p[1];
  }

  static int shortest_axis(const double* xy, const std::int64_t* starts, std::int64_t n);
  void measure(const double* xy, const std::int64_t* starts, std::int64_t n, int axis);
  void sort(std::int64_t n);

  struct Start {
    double low;
    std::int64_t edge;
  };

  Buffer<double> low_, high_;    // along the axis
  Buffer<double> top_, bottom_;  // across it
  Buffer<double> spare_;
  Buffer<std::int64_t> edge_, ends_;
  Buffer<Start> order_;
};

}  // namespace me::cpu
