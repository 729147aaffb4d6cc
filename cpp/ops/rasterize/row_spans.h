// The spans of a polygon row by row, from the sorted crossings of a scan by rows. Private to
// rasterize.
#pragma once
#include <cstdint>

#include "geometry/exact_rule.h"

namespace me::cpu {

// As EvenOddSpans, from keys 2 * column + (1 where the edge runs back), under the nonzero rule.
template <class Paint>
struct NonzeroSpans {
  Paint paint;

  void room(std::int64_t) {}
  void two(std::int64_t y, std::uint32_t left, std::uint32_t right) {
    EvenOddSpans<Paint&>{paint}.two(y, left >> 1, right >> 1);
  }
  void many(std::int64_t y, const std::uint32_t* begin, const std::uint32_t* end) {
    std::int64_t winding = 0;
    std::uint32_t left = 0;
    for (; begin != end; begin++) {
      const std::int64_t before = winding;
      winding += (*begin & 1) != 0 ? 1 : -1;
      if (before == 0) {
        left = *begin >> 1;
      } else if (winding == 0) {
        EvenOddSpans<Paint&>{paint}.two(y, left, *begin >> 1);
      }
    }
  }
};

// Sweeps rows [top, bottom) of a polygon.
template <class Paint>
void for_each_span(ExactRule& rule, const PolygonsView& polygons, std::int64_t item,
                   std::int64_t polygon, const Size& size, FillRule fill, std::int64_t top,
                   std::int64_t bottom, Paint paint) {
  const Target target{polygons, item, polygon, {size.width, size.height}, fill, true, top, bottom};
  if (fill == FillRule::even_odd) {
    rule.fill(target, EvenOddSpans<Paint>{paint});
  } else {
    rule.fill_directed(target, NonzeroSpans<Paint>{paint});
  }
}

}  // namespace me::cpu
