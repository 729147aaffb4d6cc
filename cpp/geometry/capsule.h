// What a brush covers when it moves along a segment: on each line of pixels one span, exactly.
//
// Coordinates are (u, v) on the grid of 2^-16 pixel: u runs along a line of pixels, v across the
// lines, so that rows and columns are the same code. A pixel is covered when its centre is. Every
// test is decided on the grid without rounding, so it does not depend on how the estimate before it
// was rounded, and a stroke cut into more segments at the same points covers the same pixels. The
// members are defined in capsule_spans.h.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/buffer.h"
#include "base/host_device.h"
#include "base/interrupt.h"
#include "geometry/fixed_point.h"

namespace me {

// Pixels [begin, end) of a line.
struct LineSpan {
  std::int64_t line, begin, end;
};

struct BrushPoint {
  std::int64_t u, v, radius;  // on the grid
};

// The pixels that are drawn on: lines [first, lines) of `length`.
struct LineGrid {
  std::int64_t lines, length, first = 0;
};

// A disc whose radius changes evenly: the hull of the discs at both ends. Closed.
class SweptDisc {
 public:
  ME_HD SweptDisc(const BrushPoint& a, const BrushPoint& b);

  // The span on a line, not yet cut at its ends; empty when begin >= end.
  ME_HD LineSpan span(std::int64_t line, std::int64_t length) const;
  // Whether the centre of a pixel is covered.
  ME_HD bool covers(std::int64_t line, std::int64_t x) const;
  ME_HD void lines(double* first, double* last) const;

 private:
  struct Estimate {
    double low, high, error;
  };
  ME_HD void add_tangent(double side, double v, Estimate& estimate) const;

  double au_, av_, ar_, bu_, bv_, br_;  // in pixels: exact
  double du_, dv_, dr_;
  double spread_;  // length^2 - dr^2: where it is not positive, one disc holds the other
  double scale_;   // largest coordinate
};

// A box of which both ends are known, moved along a segment: a square whose half side changes
// evenly (closed), or the cells of a bitmap, which hold their low edges and not their high ones.
class SweptBox {
 public:
  // Edges relative to the points; with `half_open` the radii are not read.
  struct Edges {
    std::int64_t u0, v0, u1, v1;
  };
  ME_HD SweptBox(const BrushPoint& a, const BrushPoint& b);
  ME_HD SweptBox(const BrushPoint& a, const BrushPoint& b, const Edges& edges);

  ME_HD LineSpan span(std::int64_t line, std::int64_t length) const;
  ME_HD bool covers(std::int64_t line, std::int64_t x) const;
  ME_HD void lines(double* first, double* last) const;

 private:
  // at + t * slope <= 0, or < 0, for the t of [0, 1] at which a point is covered.
  struct Side {
    double at, slope;
    bool strict;
  };
  ME_HD void sides(double offset, bool along, Side& low, Side& high) const;

  double u_, v_, du_, dv_;         // the point a, and the way to b
  double u0_, v0_, u1_, v1_, dr_;  // edges at a; they move apart by dr
  double scale_;
  bool half_open_;
};

// An ellipse that keeps its shape, decided in float64 as the formulas of capsule.cpp stand.
class SweptEllipse {
 public:
  // Radii in pixels; the first axis points along (cos, sin) in (u, v).
  ME_HD SweptEllipse(const BrushPoint& a, const BrushPoint& b, double first, double second,
                     double cos, double sin);

  ME_HD LineSpan span(std::int64_t line, std::int64_t length) const;
  ME_HD bool covers(std::int64_t line, std::int64_t x) const;
  ME_HD void lines(double* first, double* last) const;

 private:
  double au_, av_, bu_, bv_;
  double m_[4];     // to a space in which the ellipse is the unit disc
  double reach_;    // largest v of it
  double du_, dv_;  // the way, in that space
  double length2_;
};

// Appends the spans of a brush on all lines of the grid, in order.
template <class Brush>
void append_spans(const Brush& brush, const LineGrid& grid, Buffer<LineSpan>& spans) {
  double first;
  double last;
  brush.lines(&first, &last);
  const double most = static_cast<double>(grid.lines) - 1;
  const double begin = std::max(first, static_cast<double>(grid.first));
  const double end = last < most ? last : most;
  if (!(begin <= end) || grid.length == 0) return;
  const auto stop = static_cast<std::int64_t>(end);
  for (auto line = static_cast<std::int64_t>(begin); line <= stop; line++) {
    const LineSpan span = brush.span(line, grid.length);
    if (span.begin < span.end) spans.push_back(span);
    poll(200);
  }
}

}  // namespace me
