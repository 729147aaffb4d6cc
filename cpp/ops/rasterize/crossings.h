// Where the edge of a polygon crosses the centre lines of columns, one crossing at a time, on the
// GPU and on the host: the same answers as ExactRule and CocoRule, which find many at once.
#pragma once
#include <cmath>
#include <cstdint>

#include "geometry/fixed_point.h"

namespace me::cuda {

// An edge and the columns [first, last] that it crosses; none when first > last.
struct ExactEdge {
  std::int64_t first, last;
  std::int64_t x0, y0, dx, dy;  // from its left end, on the grid of 2^-16 pixel
  bool reversed;

  ME_HD ExactEdge(const double* a, const double* b, std::int64_t width) {
    const std::int64_t ax = snap(a[0]);
    const std::int64_t bx = snap(b[0]);
    const std::int64_t ay = snap(a[1]);
    const std::int64_t by = snap(b[1]);
    reversed = ax > bx;
    x0 = reversed ? bx : ax;
    y0 = reversed ? by : ay;
    dx = reversed ? ax - bx : bx - ax;
    dy = reversed ? ay - by : by - ay;
    // the columns whose centre lies in [left, right)
    first = (x0 + grid_half - 1) >> grid_bits;
    last = ((x0 + dx + grid_half - 1) >> grid_bits) - 1;
    if (first < 0) first = 0;
    if (last > width - 1) last = width - 1;
  }

  ME_HD bool goes_left() const { return reversed; }

  // Row of the first centre at or below the edge: at a centre on the edge when it does not fall to
  // the right, after it when it does.
  ME_HD std::int64_t row(std::int64_t column, std::int64_t height) const {
    const bool falls = dy > 0;
    const std::int64_t steep = falls ? dy : -dy;
    const std::int64_t run = column * grid_one + grid_half - x0;
    const std::int64_t base = y0 + (falls ? grid_half : grid_half - 1);
    const bool narrow = dx <= std::int64_t{1} << 31 && steep <= std::int64_t{1} << 31;
    const std::int64_t drop = narrow ? run * steep / dx : multiply_divide(run, steep, dx);
    const std::int64_t found = (falls ? base + drop : base - drop) >> grid_bits;
    return found < 0 ? 0 : found < height ? found : height;
  }
};

// In fifths of a pixel: u along columns, v along rows. See CocoRule.
struct CocoEdge {
  enum class Kind { flat, steep, far_steep };

  std::int64_t first, last;
  Kind kind;
  double base, slope, origin;  // a flat edge is v = (base + slope * (u - origin)) + 1/2
  double across, steps;        // of a steep one: du/dv, and the length of the walk along v

  ME_HD CocoEdge(const double* a, const double* b, std::int64_t width) {
    const double au = 5.0 * a[0] + 0.5;
    const double av = 5.0 * a[1] + 0.5;
    const double bu = 5.0 * b[0] + 0.5;
    const double bv = 5.0 * b[1] + 0.5;
    if (is_near(au) && is_near(av) && is_near(bu) && is_near(bv)) {
      set_near(static_cast<std::int32_t>(au), static_cast<std::int32_t>(av),
               static_cast<std::int32_t>(bu), static_cast<std::int32_t>(bv), width);
    } else {
      set_far(trunc(au), trunc(av), trunc(bu), trunc(bv), width);
    }
  }

  // The rule knows no winding number.
  ME_HD static bool goes_left() { return false; }

  ME_HD std::int64_t row(std::int64_t column, std::int64_t height) const {
    const double bottom = 5.0 * static_cast<double>(height) + 2.0;
    const double u = 5.0 * static_cast<double>(column) + 2.0;
    if (kind == Kind::flat) return row_of((base + slope * (u - origin)) + 0.5, bottom);
    if (kind == Kind::far_steep) {
      const double v = base + slope * (u + 0.5);
      return row_of(slope > 0 ? ceil(v) - 1.0 : floor(v), bottom);
    }
    // The last step before the edge has passed u + 1/2, found from the slope and then made sure of
    // in the peer's own arithmetic.
    double step = static_cast<double>(static_cast<std::int64_t>((u - origin) * slope)) + 1.0;
    if (!(step > 1.0)) step = 1.0;
    if (step > steps) step = steps;
    while (step > 1.0 && passed(step - 1.0, u)) step -= 1.0;
    while (step < steps && !passed(step, u)) step += 1.0;
    return row_of(base + step - 1.0, bottom);
  }

 private:
  ME_HD static bool is_near(double value) { return fabs(value) < 2147483648.0; }

  ME_HD bool passed(double step, double u) const {
    return ((origin + 0.5 + across * step) + 0.5 >= u + 1) == (across > 0);
  }

  // The row below step v of a digitised edge; NaN gives 0.
  ME_HD static std::int64_t row_of(double v, double bottom) {
    v = v > 0 ? v : 0;
    v = v < bottom ? v : bottom;
    return (static_cast<std::int64_t>(v) + 2) / 5;
  }

  // The columns k whose centre, between u = 5k+2 and u = 5k+3, lies in [low, high].
  ME_HD void set_columns(std::int64_t low, std::int64_t high, std::int64_t width) {
    first = low <= 2 ? 0 : (low + 2) / 5;
    last = high < 3 ? -1 : (high - 3) / 5;
    if (last > width - 1) last = width - 1;
  }
  ME_HD static std::int64_t within(double value, double most) {
    return static_cast<std::int64_t>(value > 0 ? (value < most ? value : most) : 0);
  }

  ME_HD void set_near(std::int64_t au, std::int64_t av, std::int64_t bu, std::int64_t bv,
                      std::int64_t width) {
    set_columns(au < bu ? au : bu, au < bu ? bu : au, width);
    const std::int64_t du = bu - au;
    const std::int64_t dv = bv - av;
    const bool is_steep = (du < 0 ? -du : du) < (dv < 0 ? -dv : dv);
    const bool swapped = (is_steep ? dv : du) < 0;
    const bool falls = (du ^ dv) < 0;
    base = static_cast<double>(swapped ? bv : av);
    origin = static_cast<double>(swapped ? bu : au) - (is_steep ? 0.5 : falls ? 1.0 : 0.0);
    slope = static_cast<double>(dv) / static_cast<double>(du);
    across = static_cast<double>(du) / static_cast<double>(dv);
    steps = fabs(static_cast<double>(dv));
    kind = is_steep ? Kind::steep : Kind::flat;
  }

  // The line from u = 0 on: exact near the image however far its ends are.
  ME_HD void set_far(double u0, double v0, double u1, double v1, std::int64_t width) {
    const double beyond = 5.0 * static_cast<double>(width) + 5.0;
    set_columns(within(u0 < u1 ? u0 : u1, beyond), within(u0 < u1 ? u1 : u0, beyond), width);
    const double largest = fmax(fmax(fabs(u0), fabs(v0)), fmax(fabs(u1), fabs(v1)));
    const double scale = largest > 1e100 ? 0x1p-700 : 1.0;  // products stay finite
    const bool swapped = u0 > u1;
    const double pu = swapped ? u1 : u0;
    const double pv = swapped ? v1 : v0;
    const double qu = swapped ? u0 : u1;
    const double qv = swapped ? v0 : v1;
    const bool is_flat = qu - pu >= fabs(qv - pv);
    const double way = qu * scale - pu * scale;
    slope = (qv * scale - pv * scale) / way;
    // pv * qu - qv * pu with one rounding error of the result, not of the products
    const double product = qv * scale * (pu * scale);
    const double at_zero =
        fma(pv * scale, qu * scale, -product) - fma(qv * scale, pu * scale, -product);
    base = at_zero / way / scale;
    origin = is_flat && slope < 0 ? -1.0 : 0.0;
    across = steps = 0;
    kind = is_flat ? Kind::flat : Kind::far_steep;
  }
};

}  // namespace me::cuda
