// What a brush covers that it has not covered just before.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/size.h"
#include "geometry/brush.h"
#include "runs/bit_tiles.h"

namespace me::cpu {

// Moves a brush on from point to point. Each move covers most of what the one before covered, so
// that is left out; what was covered earlier may come again.
class Sweep {
 public:
  Sweep(Size size, const Brush& brush) : grid_{size.height, size.width}, brush_(brush) {}

  // The spans, in order, of the way over further points. They count as covered once keep() is
  // called: until then a move can be left undone.
  const Buffer<RowSpan>& move(const BrushPoint* points, std::int64_t n);
  void keep(const BrushPoint* points, std::int64_t n);

  // The spans of one segment of the way, in order.
  void append_segment(const BrushPoint& a, const BrushPoint& b, Buffer<LineSpan>& spans) const;

  void set_ellipse(double first, double second, double cos, double sin) {
    brush_.first = first;
    brush_.second = second;
    brush_.cos = cos;
    brush_.sin = sin;
  }
  // All points kept so far.
  const Buffer<BrushPoint>& points() const { return points_; }
  // The spans of the whole way, in order.
  void append_way(Buffer<RowSpan>& spans) const;

 private:
  void leave_out_last();

  LineGrid grid_;
  Brush brush_;
  Buffer<BrushPoint> points_;
  Buffer<LineSpan> covered_;  // by the move in hand
  Buffer<LineSpan> last_;     // by the move before
  Buffer<RowSpan> fresh_;     // covered, less last
};

}  // namespace me::cpu
