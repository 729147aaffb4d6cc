// One row of a distance transform: from distances within columns to distances in the image.
#pragma once
#include <cstdint>
#include <limits>

#include "base/buffer.h"

namespace me::cpu {

// The largest value says that a column has no background.
template <class Height>
constexpr Height nowhere = std::numeric_limits<Height>::max();

// A metric says whether neighbours along rows are as near as those along columns (is_even), and
// gives, for a site at a height (its distance within the column, made ready by lift):
//   at(dx, h)             how far a pixel dx columns away is from its background;
//   last(i, hi, u, hu)    the last column at which site i is not farther than site u, which lies to
//                         its right and is farther at some column left of it; `never` when there is
//                         no column at which u is nearer.
constexpr std::int64_t never = std::int64_t{1} << 40;

// Squares: sums of two stay in Value.
template <class V>
struct SquaredEuclidean {
  using Value = V;
  static constexpr bool is_even = true;
  Value lift(std::int64_t height) const { return static_cast<Value>(height) * Value(height); }
  Value at(Value dx, Value h) const { return dx * dx + h; }
  std::int64_t last(Value i, Value hi, Value u, Value hu) const {
    return ((u - i) * (u + i) + (hu - hi)) / (2 * (u - i));  // not negative
  }
};

struct ScaledEuclidean {
  using Value = double;
  static constexpr bool is_even = false;
  double y, x2;  // the distance between rows; the square of that between columns
  double lift(std::int64_t height) const { return (double(height) * y) * (double(height) * y); }
  double at(double dx, double h) const { return dx * dx * x2 + h; }
  std::int64_t last(double i, double hi, double u, double hu) const {
    const double column = ((u - i) * (u + i) * x2 + (hu - hi)) / (2 * (u - i) * x2);
    return column < double(never) ? static_cast<std::int64_t>(column) : never;
  }
};

struct Chebyshev {
  using Value = std::int64_t;
  static constexpr bool is_even = true;
  Value lift(std::int64_t height) const { return height; }
  Value at(Value dx, Value h) const {
    const Value across = dx < 0 ? -dx : dx;
    return across > h ? across : h;
  }
  std::int64_t last(Value i, Value hi, Value u, Value hu) const {
    const Value middle = (i + u) / 2;
    if (hi <= hu) return i + hu > middle ? i + hu : middle;
    return u - hi < middle ? u - hi : middle;
  }
};

struct Cityblock {
  using Value = std::int64_t;
  static constexpr bool is_even = true;
  Value lift(std::int64_t height) const { return height; }
  Value at(Value dx, Value h) const { return (dx < 0 ? -dx : dx) + h; }
  std::int64_t last(Value i, Value hi, Value u, Value hu) const {
    if (hu >= hi + u - i) return never;
    return (hu - hi + u + i) / 2;
  }
};

// The lower envelope of the sites of a row (Felzenszwalb and Huttenlocher 2012; Meijster, Roerdink
// and Hesselink 2000), one stretch of foreground at a time: what lies beyond the background pixels
// at its ends is never nearer than these.
template <class Metric>
class Nearest {
 public:
  using Value = typename Metric::Value;

  Nearest(const Metric& metric, std::int64_t width) : metric_(metric), sites_(width + 2) {}

  // Writes n values; `far` where no background is in reach.
  template <class Height>
  void row(const Height* heights, std::int64_t n, Value far, Value* out) {
    for (std::int64_t x = 0; x < n;) {
      if (heights[x] == 0) {
        out[x++] = 0;
        continue;
      }
      const std::int64_t begin = x;
      while (x < n && heights[x] != 0) x++;
      if (Metric::is_even && begin > 0 && x < n && x - begin <= 2) {
        for (std::int64_t k = begin; k < x; k++) out[k] = 1;  // next to background
        continue;
      }
      const std::int64_t first = begin > 0 ? begin - 1 : begin;
      const std::int64_t top = envelope(heights, first, x < n ? x + 1 : x, begin, x);
      fill(top, begin, x, far, out);
    }
  }

 private:
  struct Site {
    std::int64_t start;  // the first column at which it is nearest
    Value at, height;
  };

  // Sites among columns [first, last) for the pixels [begin, end); gives the last one's index.
  template <class Height>
  std::int64_t envelope(const Height* heights, std::int64_t first, std::int64_t last,
                        std::int64_t begin, std::int64_t end) {
    Site* sites = sites_.data();
    std::int64_t top = -1;
    for (std::int64_t u = first; u < last; u++) {
      if (heights[u] == nowhere<Height>) continue;
      const Value at = static_cast<Value>(u);
      const Value height = metric_.lift(heights[u]);
      while (top >= 0) {
        const Value start = static_cast<Value>(sites[top].start);
        if (metric_.at(start - sites[top].at, sites[top].height) < metric_.at(start - at, height)) {
          break;
        }
        top--;
      }
      std::int64_t start = begin;
      if (top >= 0) start = 1 + metric_.last(sites[top].at, sites[top].height, at, height);
      if (start < end) sites[++top] = {start, at, height};
    }
    return top;
  }

  void fill(std::int64_t top, std::int64_t begin, std::int64_t end, Value far, Value* out) {
    if (top < 0) {
      for (std::int64_t x = begin; x < end; x++) out[x] = far;
    }
    for (; top >= 0; top--) {
      const Site site = sites_[top];
      for (std::int64_t x = site.start; x < end; x++) {
        out[x] = metric_.at(static_cast<Value>(x) - site.at, site.height);
      }
      end = site.start;
    }
  }

  Metric metric_;
  Buffer<Site> sites_;
};

}  // namespace me::cpu
